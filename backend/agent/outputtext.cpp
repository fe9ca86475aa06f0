#include "backend/agent/outputtext.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

bool isLineEnd(char c)
{
    return c == '\n' || c == '\r';
}

/// At a character's boundary.
QByteArrayView cutTo(QByteArrayView utf8, qsizetype limit)
{
    if (utf8.size() <= limit)
        return utf8;
    while (limit > 0 && (uchar(utf8[limit]) & 0xC0) == 0x80)
        --limit;
    return utf8.first(limit);
}

} // namespace

QString lastLineOf(QByteArrayView tail)
{
    qsizetype end = tail.size();
    while (end > 0) {
        qsizetype begin = end;
        while (begin > 0 && !isLineEnd(tail[begin - 1]))
            --begin;
        // Decoding makes anything valid; three times the limit is more than it can shrink by.
        QString line
            = QString::fromUtf8(tail.sliced(begin, std::min(end - begin, 3 * lastLineLimit)));
        for (QChar &c : line) {
            if (c.category() == QChar::Other_Control)
                c = u' ';
        }
        line = std::move(line).trimmed();
        if (!line.isEmpty())
            return QString::fromUtf8(cutTo(line.toUtf8(), lastLineLimit));
        end = begin - 1;
    }
    return {};
}

Progress progressOf(QStringView line)
{
    line = line.trimmed();
    const qsizetype space = line.indexOf(u' ');
    const QStringView number = space < 0 ? line : line.first(space);
    bool good = false;
    const double percent = number.toDouble(&good);
    if (!good || !(percent >= 0 && percent <= 100))
        return {};
    const QStringView text = space < 0 ? QStringView() : line.sliced(space + 1);
    return {.percent = percent, .text = lastLineOf(text.toUtf8())};
}

} // namespace Drover
