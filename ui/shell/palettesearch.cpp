#include "ui/shell/palettesearch.h"

#include <algorithm>
#include <optional>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

bool beginsWord(const QString &text, qsizetype at)
{
    return at == 0 || !text.at(at - 1).isLetterOrNumber();
}

} // namespace

std::optional<PaletteMatch> paletteMatch(const QString &query, const QString &text, const QString &alias)
{
    PaletteMatch match;
    const QStringList words = query.simplified().split(u' ', Qt::SkipEmptyParts);
    for (const QString &word : words) {
        qsizetype at = text.indexOf(word, 0, Qt::CaseInsensitive);
        // Rather the start of a word than the first place.
        for (qsizetype next = at; next >= 0; next = text.indexOf(word, next + 1, Qt::CaseInsensitive)) {
            if (beginsWord(text, next)) {
                at = next;
                break;
            }
        }
        if (at < 0) {
            if (!alias.contains(word, Qt::CaseInsensitive))
                return {};
            match.rank += 40;
            continue;
        }
        match.rank += at == 0 ? 0 : beginsWord(text, at) ? 10 : 30;
        match.hits.append({int(at), int(word.size())});
    }
    return match;
}

QList<PaletteEntry> paletteFound(const QString &query, const QList<PaletteEntry> &entries)
{
    struct Found
    {
        int rank;
        qsizetype section;
        qsizetype index;
    };
    QList<Found> found;
    QStringList sections;
    for (qsizetype i = 0; i < entries.size(); ++i) {
        const PaletteEntry &entry = entries.at(i);
        const auto match = paletteMatch(query, entry.text, entry.alias + u' ' + entry.section);
        if (!match)
            continue;
        if (!sections.contains(entry.section))
            sections.append(entry.section);
        found.append({match->rank + (entry.blocked.isEmpty() ? 0 : 100), sections.indexOf(entry.section), i});
    }
    QList<int> best(sections.size(), 1'000'000);
    for (const Found &one : std::as_const(found))
        best[one.section] = std::min(best.at(one.section), one.rank);
    std::stable_sort(found.begin(), found.end(), [&](const Found &a, const Found &b) {
        return std::tuple(best.at(a.section), a.section, a.rank) < std::tuple(best.at(b.section), b.section, b.rank);
    });
    QList<PaletteEntry> sorted;
    for (const Found &one : std::as_const(found))
        sorted.append(entries.at(one.index));
    return sorted;
}

} // namespace Drover
