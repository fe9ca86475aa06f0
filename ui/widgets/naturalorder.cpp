#include "ui/widgets/naturalorder.h"

namespace Drover {

namespace {

QStringView digitsAt(QStringView text, qsizetype at)
{
    qsizetype end = at;
    while (end < text.size() && text.at(end).isDigit())
        ++end;
    qsizetype first = at;
    while (first + 1 < end && text.at(first) == u'0')
        ++first;
    return text.sliced(first, end - first);
}

qsizetype endOfDigits(QStringView text, qsizetype at)
{
    while (at < text.size() && text.at(at).isDigit())
        ++at;
    return at;
}

} // namespace

int naturalCompare(QStringView a, QStringView b)
{
    qsizetype i = 0;
    qsizetype j = 0;
    while (i < a.size() && j < b.size()) {
        if (a.at(i).isDigit() && b.at(j).isDigit()) {
            const QStringView left = digitsAt(a, i);
            const QStringView right = digitsAt(b, j);
            if (left.size() != right.size())
                return left.size() < right.size() ? -1 : 1;
            if (const int order = left.compare(right); order != 0)
                return order;
            i = endOfDigits(a, i);
            j = endOfDigits(b, j);
            continue;
        }
        const QChar left = a.at(i++).toCaseFolded();
        const QChar right = b.at(j++).toCaseFolded();
        if (left != right)
            return left < right ? -1 : 1;
    }
    return int((a.size() - i) - (b.size() - j));
}

} // namespace Drover
