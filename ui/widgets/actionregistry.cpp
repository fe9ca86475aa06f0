#include "ui/widgets/actionregistry.h"

#include "ui/widgets/look.h"

namespace Drover {

ActionRegistry::ActionRegistry(const Look &look, QObject *parent) : QObject(parent), m_look(look) { }

Action *ActionRegistry::add(const ActionSpec &spec)
{
    Q_ASSERT(!m_byId.contains(spec.id));
    auto *action = new Action(spec, this);
    if (!spec.icon.isEmpty())
        action->setIcon(m_look.icon(spec.icon));
    const auto own = m_shortcuts.constFind(spec.id);
    if (own != m_shortcuts.cend())
        action->setShortcutText(*own);
    m_actions.append(action);
    m_byId.insert(spec.id, action);
    emit added(action);
    return action;
}

void ActionRegistry::setShortcuts(const QHash<QString, QString> &shortcuts)
{
    m_shortcuts = shortcuts;
    for (Action *action : std::as_const(m_actions)) {
        const QString standard = action->spec().shortcut.toString(QKeySequence::PortableText);
        action->setShortcutText(m_shortcuts.value(action->id(), standard));
    }
    emit shortcutsChanged();
}

QHash<QString, QString> ActionRegistry::changedShortcuts() const
{
    QHash<QString, QString> changed;
    for (const Action *action : m_actions) {
        if (action->shortcut() != action->spec().shortcut)
            changed.insert(action->id(), action->shortcut().toString(QKeySequence::PortableText));
    }
    return changed;
}

QList<Action *> ActionRegistry::conflicts(const Action &action, const QKeySequence &keys) const
{
    QList<Action *> found;
    if (keys.isEmpty())
        return found;
    for (Action *other : m_actions) {
        if (other != &action && other->shortcut() == keys)
            found.append(other);
    }
    return found;
}

} // namespace Drover
