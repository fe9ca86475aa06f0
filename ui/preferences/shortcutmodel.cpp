#include "ui/preferences/shortcutmodel.h"

#include "ui/widgets/actionregistry.h"

using namespace Qt::StringLiterals;

namespace Drover {

ShortcutModel::ShortcutModel(ActionRegistry &actions, QObject *parent) : QAbstractTableModel(parent), m_actions(actions)
{
    setWords({});
}

void ShortcutModel::setWords(const QString &words)
{
    beginResetModel();
    m_words = words;
    m_shown.clear();
    for (Action *action : m_actions.all()) {
        const QString all = action->spec().section + u' ' + action->text() + u' ' + action->shortcut().toString(QKeySequence::NativeText);
        if (all.contains(words, Qt::CaseInsensitive))
            m_shown.append(action);
    }
    std::stable_sort(m_shown.begin(), m_shown.end(),
                     [](const Action *a, const Action *b) { return a->spec().section.localeAwareCompare(b->spec().section) < 0; });
    endResetModel();
}

QModelIndex ShortcutModel::indexOf(const QString &actionId, Column column) const
{
    for (qsizetype row = 0; row < m_shown.size(); ++row) {
        if (m_shown.at(row)->id() == actionId)
            return index(int(row), column);
    }
    return {};
}

int ShortcutModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_shown.size());
}

int ShortcutModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString ShortcutModel::conflictsOf(const Action &action) const
{
    QStringList names;
    for (const Action *other : m_actions.conflicts(action, action.shortcut())) {
        // Two lists may each have their own R.
        const bool apart = other->spec().scope == ShortcutScope::Table && action.spec().scope == ShortcutScope::Table
                           && other->spec().section != action.spec().section;
        if (!apart)
            names.append(other->text());
    }
    return names.join(u", "_s);
}

QVariant ShortcutModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const Action &action = *m_shown.at(index.row());
    if (role == IdRole)
        return action.id();
    if (role == ConflictRole)
        return conflictsOf(action);
    if (role == Qt::DecorationRole && index.column() == Name)
        return action.icon();
    if (role == Qt::ToolTipRole) {
        const QString conflicts = conflictsOf(action);
        return conflicts.isEmpty() ? action.spec().words : tr("The same keys: %1").arg(conflicts);
    }
    if (role != Qt::DisplayRole && role != Qt::EditRole)
        return {};
    switch (index.column()) {
    case Section: return action.spec().section;
    case Name: return action.text().remove(u'&');
    case Keys: return action.shortcut().toString(role == Qt::EditRole ? QKeySequence::PortableText : QKeySequence::NativeText);
    case Standard: return action.spec().shortcut.toString(QKeySequence::NativeText);
    default: return {};
    }
}

QVariant ShortcutModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Section: return tr("Where");
    case Name: return tr("Action");
    case Keys: return tr("Keys");
    case Standard: return tr("Standard");
    default: return {};
    }
}

Qt::ItemFlags ShortcutModel::flags(const QModelIndex &index) const
{
    const Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    return index.isValid() && index.column() == Keys ? flags | Qt::ItemIsEditable : flags;
}

void ShortcutModel::change(Action &action, const QString &keys)
{
    QHash<QString, QString> changed = m_actions.changedShortcuts();
    if (QKeySequence::fromString(keys, QKeySequence::PortableText) == action.spec().shortcut)
        changed.remove(action.id());
    else
        changed.insert(action.id(), keys);
    m_actions.setShortcuts(changed);
    if (!m_shown.isEmpty()) // whose conflicts it made or ended stand anywhere
        emit dataChanged(index(0, 0), index(int(m_shown.size()) - 1, ColumnCount - 1));
}

bool ShortcutModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    if (!index.isValid() || index.column() != Keys || role != Qt::EditRole)
        return false;
    change(*m_shown.at(index.row()), value.toString());
    return true;
}

void ShortcutModel::reset(const QModelIndex &index)
{
    if (index.isValid())
        change(*m_shown.at(index.row()), m_shown.at(index.row())->spec().shortcut.toString(QKeySequence::PortableText));
}

void ShortcutModel::resetAll()
{
    m_actions.setShortcuts({});
    setWords(m_words);
}

} // namespace Drover
