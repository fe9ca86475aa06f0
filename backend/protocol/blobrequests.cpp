#include "backend/protocol/blobrequests.h"

#include "backend/protocol/cborcodec.h"

#include <algorithm>

DROVER_CODEC(Drover::BlobTicket)
DROVER_CODEC(Drover::GetBlobTicket)
DROVER_CODEC(Drover::TaskOutputs)
DROVER_CODEC(Drover::GetTaskOutputs)

namespace Drover {

namespace {

constexpr qsizetype hashDigits = 64;

bool isHexDigit(QChar c)
{
    return (c >= u'0' && c <= u'9') || (c >= u'a' && c <= u'f');
}

constexpr qsizetype longestPath = 1000; // bytes
constexpr qsizetype longestName = 255;

} // namespace

bool isPathBelow(const QString &path)
{
    if (path.isEmpty() || path.startsWith(u'/') || path.toUtf8().size() > longestPath)
        return false;
    const QStringList parts = path.split(u'/');
    const bool odd = std::ranges::any_of(parts, [](const QString &part) {
        return part.isEmpty() || part == u"." || part == u".." || part.toUtf8().size() > longestName;
    });
    return !odd && path.isValidUtf16()
        && std::ranges::none_of(path, [](QChar c) { return c.category() == QChar::Other_Control; });
}

bool isBlobHash(QStringView text)
{
    return text.size() == hashDigits && std::ranges::all_of(text, isHexDigit);
}

QString blobHashOf(const QString &source)
{
    if (!source.startsWith(blobPrefix))
        return {};
    const QString hash = source.sliced(blobPrefix.size());
    return isBlobHash(hash) ? hash : QString();
}

} // namespace Drover
