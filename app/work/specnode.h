#pragma once

#include <QtCore/QList>
#include <QtCore/QString>
#include <QtCore/QStringList>

namespace Drover {

struct SpecEntry;

/// What a person wrote, whether as YAML, JSON, a table or options: one tree, with the line each
/// part stands on, and texts as they were written (whether "2GB" is a size is for the reader).
struct SpecNode
{
    enum class Kind { Nothing, Text, List, Map };

    Kind kind = Kind::Nothing;
    int line = 0; ///< from 1; 0: from no file
    QString text;
    QList<SpecNode> items;
    QList<SpecEntry> entries; ///< in the order they were written; keys are unique

    static SpecNode ofText(QString text, int line = 0);
    static SpecNode ofList(const QStringList &texts, int line = 0);
    static SpecNode ofMap(int line = 0);

    bool isNothing() const { return kind == Kind::Nothing; }
    const SpecNode *find(QStringView key) const;
    /// Takes the place of what the key had.
    void set(const QString &key, SpecNode value);
    /// "needs.memory" stands in the map `needs`, which is made when it is not there.
    void setPath(const QString &path, SpecNode value);
    SpecNode taken(QStringView key); ///< removes it; Nothing when it is not there
    QStringList keys() const;
};

struct SpecEntry
{
    QString key;
    int line = 0;
    SpecNode value;
};

/// Maps merge key by key, all the way down; anything else of `over` takes the place of what is
/// under it. So that of `defaults`, a template, a task and options the nearest word counts.
SpecNode merged(SpecNode under, const SpecNode &over);

} // namespace Drover
