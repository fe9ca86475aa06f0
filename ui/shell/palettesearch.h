#pragma once

#include <QtCore/QList>
#include <QtCore/QString>

#include <functional>
#include <optional>

namespace Drover {

/// One thing that the command palette can do.
struct PaletteEntry
{
    QString id; ///< of the action, or the link: what tests ask for
    QString section;
    QString icon;
    QString text;
    QString detail; ///< beside it, in quiet
    QString keys;
    QString blocked; ///< why not; empty: it can be done
    QString alias; ///< found by these words too
    std::function<void(bool newTab)> run;
};

/// What of `text` was meant by `query`, as (start, length); nothing when it does not match. Every word
/// must be there; one at the start of a word is worth more.
struct PaletteMatch
{
    int rank = 0; ///< lower is better
    QList<std::pair<int, int>> hits;
};
std::optional<PaletteMatch> paletteMatch(const QString &query, const QString &text, const QString &alias = {});

/// Those of `entries` that match, best first within their section, sections in the order of their best.
/// What is blocked comes after what is not.
QList<PaletteEntry> paletteFound(const QString &query, const QList<PaletteEntry> &entries);

} // namespace Drover
