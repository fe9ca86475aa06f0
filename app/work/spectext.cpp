#include "app/work/spectext.h"

#include "app/work/problems.h"
#include "app/work/worktext.h"

#include <QtCore/QFile>
#include <QtCore/QStringDecoder>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

Error tooLarge(const QString &file)
{
    Error error = problem({.file = file,
                           .reason = WorkText::tr("is over %1 MiB").arg(largestSpecFile >> 20),
                           .remedy = WorkText::tr("split it, and submit the parts to one batch")});
    error.code = ErrorCode::TooLarge;
    return error;
}

bool isUtf8(QByteArrayView bytes)
{
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    const QString ignored = decoder(bytes);
    return !decoder.hasError();
}

// The line of the first byte that is not UTF-8. A line feed never stands inside a character, so
// lines may be judged one by one.
int badLine(const QByteArray &bytes)
{
    int line = 1;
    qsizetype start = 0;
    while (start < bytes.size()) {
        qsizetype end = bytes.indexOf('\n', start);
        if (end < 0)
            end = bytes.size();
        if (!isUtf8(QByteArrayView(bytes).sliced(start, end - start)))
            return line;
        start = end + 1;
        ++line;
    }
    return line;
}

} // namespace

Result<QString> textOf(const QString &file, const QByteArray &bytes)
{
    if (bytes.size() > largestSpecFile)
        return tooLarge(file);
    QByteArrayView view(bytes);
    if (view.startsWith("\xef\xbb\xbf"))
        view = view.sliced(3);
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    const QString text = decoder(view);
    if (decoder.hasError()) {
        return problem({file,
                        badLine(bytes),
                        {},
                        WorkText::tr("is not UTF-8"),
                        WorkText::tr("save it as UTF-8: iconv -f latin1 -t utf-8")});
    }
    const qsizetype nul = text.indexOf(QChar(u'\0'));
    if (nul >= 0) {
        return problem({file,
                        1 + int(QStringView(text).first(nul).count(u'\n')),
                        {},
                        WorkText::tr("has a zero byte"),
                        WorkText::tr("is this a text file, in UTF-8?")});
    }
    return text;
}

Result<QByteArray> readSpecFile(const QString &path)
{
    QFile file(path);
    const bool open
        = path == "-"_L1 ? file.open(stdin, QIODevice::ReadOnly) : file.open(QIODevice::ReadOnly);
    const QString shown = path == "-"_L1 ? WorkText::tr("standard input") : path;
    if (!open) {
        const ErrorCode code = QFile::exists(path) ? ErrorCode::Io : ErrorCode::NotFound;
        return fail(code, WorkText::tr("cannot read %1: %2").arg(shown, file.errorString()));
    }
    QByteArray bytes;
    // A pipe has no size: piece by piece, and never more than the limit and a bit.
    while (bytes.size() <= largestSpecFile) {
        const QByteArray piece = file.read(1 << 20);
        if (piece.isEmpty())
            break;
        bytes += piece;
    }
    if (file.error() != QFileDevice::NoError)
        return fail(ErrorCode::Io,
                    WorkText::tr("cannot read %1: %2").arg(shown, file.errorString()));
    if (bytes.size() > largestSpecFile)
        return tooLarge(shown);
    return bytes;
}

} // namespace Drover
