#pragma once

#include "ui/widgets/action.h"

#include <QtCore/QHash>
#include <QtCore/QObject>

namespace Drover {

class Look;

/// Every action of the console, once, by id. Created at start; shortcuts that a person changed are
/// applied as the actions come. Lives in the GUI thread.
class ActionRegistry : public QObject
{
    Q_OBJECT

public:
    explicit ActionRegistry(const Look &look, QObject *parent = nullptr);

    /// The id must be new. The registry owns it.
    Action *add(const ActionSpec &spec);
    /// Null where there is none.
    Action *find(const QString &id) const { return m_byId.value(id); }
    const QList<Action *> &all() const { return m_actions; }

    /// Portable text by id, those only that differ from the defaults.
    void setShortcuts(const QHash<QString, QString> &shortcuts);
    QHash<QString, QString> changedShortcuts() const;
    /// Others that a key would also trigger where `action` is heard.
    QList<Action *> conflicts(const Action &action, const QKeySequence &keys) const;

signals:
    void added(Drover::Action *action);
    void shortcutsChanged();

private:
    const Look &m_look;
    QList<Action *> m_actions;
    QHash<QString, Action *> m_byId;
    QHash<QString, QString> m_shortcuts;
};

} // namespace Drover
