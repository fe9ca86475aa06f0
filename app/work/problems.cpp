#include "app/work/problems.h"
#include "app/work/worktext.h"

#include <algorithm>
#include <numeric>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

// Levenshtein over folded case; words of a spec are short.
int distance(const QString &left, const QString &right)
{
    const QString a = left.toLower();
    const QString b = right.toLower();
    QList<int> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0);
    for (int i = 1; i <= a.size(); ++i) {
        int diagonal = row[0];
        row[0] = i;
        for (int j = 1; j <= b.size(); ++j) {
            const int above = row[j];
            row[j]
                = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
            diagonal = above;
        }
    }
    return row.last();
}

} // namespace

void Problems::add(Problem problem)
{
    // What stands in `defaults` is read with every task, and wrong once.
    if (m_problems.contains(problem))
        return;
    ++m_count;
    if (m_problems.size() < most)
        m_problems.append(std::move(problem));
}

void Problems::add(const QList<Problem> &problems)
{
    for (const Problem &each : problems)
        add(each);
}

Error Problems::error() const
{
    Error error{.code = ErrorCode::Invalid, .message = {}, .problems = m_problems};
    error.message = m_count == 1
        ? WorkText::tr("one thing must be mended; nothing was queued")
        : WorkText::tr("%1 things must be mended; nothing was queued").arg(m_count);
    if (m_count > most) {
        error.problems.append(
            Problem{.reason = WorkText::tr("and %1 more like these").arg(m_count - most)});
    }
    return error;
}

Error problem(Problem what)
{
    Problems problems;
    problems.add(std::move(what));
    return problems.error();
}

QString nearest(const QString &word, const QStringList &known)
{
    constexpr qsizetype longest = 60; // nobody mistypes a megabyte
    if (word.size() > longest)
        return {};
    QString best;
    int bestDistance = 1 + int(word.size()) / 3;
    for (const QString &candidate : known) {
        if (candidate.size() > longest)
            continue;
        const int found = distance(word, candidate);
        if (found < bestDistance || (found == bestDistance && best.isEmpty())) {
            best = candidate;
            bestDistance = found;
        }
    }
    return best;
}

QString remedyFor(const QString &word, const QStringList &known)
{
    const QString near = nearest(word, known);
    if (!near.isEmpty())
        return WorkText::tr("did you mean %1?").arg(near);
    constexpr qsizetype shown = 40;
    QStringList some = known.first(std::min(known.size(), shown));
    if (known.size() > shown)
        some.append(u"…"_s);
    return WorkText::tr("known are: %1").arg(some.join(u", "_s));
}

} // namespace Drover
