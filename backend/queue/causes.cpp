#include "backend/queue/causes.h"

#include <sodium.h>

#include <cstring>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

bool isHexWord(QStringView word)
{
    if (word.startsWith(u"0x"))
        return true;
    bool digit = false;
    for (const QChar c : word) {
        if (!c.isDigit() && !(c.toLower() >= u'a' && c.toLower() <= u'f'))
            return false;
        digit = digit || c.isDigit();
    }
    return digit && word.size() >= 6;
}

qsizetype endOfQuoted(const QString &line, qsizetype from)
{
    const qsizetype close = line.indexOf(line[from], from + 1);
    return close < 0 ? from : close;
}

qsizetype endOfWord(const QString &line, qsizetype from)
{
    qsizetype end = from;
    while (end < line.size() && (line[end].isLetterOrNumber() || line[end] == u'_'))
        ++end;
    return end;
}

qsizetype endOfPath(const QString &line, qsizetype from)
{
    qsizetype end = from;
    while (end < line.size() && !line[end].isSpace() && !u"'\"`,;:()[]"_s.contains(line[end]))
        ++end;
    return end;
}

} // namespace

QString normalisedLine(const QString &line)
{
    QString text;
    qsizetype i = 0;
    while (i < line.size()) {
        const QChar c = line[i];
        if (c == u'\'' || c == u'"' || c == u'`') {
            const qsizetype close = endOfQuoted(line, i);
            text += close > i ? u"''"_s : QString(c);
            i = close + 1;
        } else if (c == u'/') {
            text += u'/';
            i = std::max(endOfPath(line, i), i + 1);
        } else if (c.isLetterOrNumber()) {
            const qsizetype end = endOfWord(line, i);
            const QStringView word = QStringView(line).sliced(i, end - i);
            if (isHexWord(word)) {
                text += u'#';
            } else {
                for (const QChar letter : word) {
                    if (!letter.isDigit())
                        text += letter;
                    else if (!text.endsWith(u'#'))
                        text += u'#';
                }
            }
            i = end;
        } else {
            text += c;
            ++i;
        }
    }
    return text;
}

quint64 causeKeyOf(EndReason reason, std::optional<int> exitCode, const QString &lastLine)
{
    const QByteArray text = enumText(reason).toUtf8() + '\n'
        + (exitCode ? QByteArray::number(*exitCode) : QByteArray("-")) + '\n'
        + normalisedLine(lastLine).toUtf8();
    unsigned char hash[crypto_generichash_BYTES_MIN];
    crypto_generichash(hash, sizeof hash, reinterpret_cast<const unsigned char *>(text.constData()),
                       size_t(text.size()), nullptr, 0);
    quint64 key = 0;
    std::memcpy(&key, hash, sizeof key);
    return key >> 1; // fits the signed integers of the store and of JSON
}

} // namespace Drover
