#include "ui/widgets/action.h"

using namespace Qt::StringLiterals;

namespace Drover {

Action::Action(ActionSpec spec, QObject *parent) : QAction(spec.text, parent), m_spec(std::move(spec))
{
    setObjectName(m_spec.id);
    setShortcut(m_spec.shortcut);
    setShortcutContext(m_spec.scope == ShortcutScope::Window ? Qt::WindowShortcut
                                                             : Qt::WidgetWithChildrenShortcut);
    describe();
}

void Action::setBlocked(const QString &reason)
{
    if (m_blocked == reason && isEnabled() == reason.isEmpty())
        return;
    setEnabled(reason.isEmpty());
    m_blocked = reason;
    describe();
}

void Action::setShortcutText(const QString &portable)
{
    setShortcut(QKeySequence::fromString(portable, QKeySequence::PortableText));
    describe();
}

void Action::describe()
{
    QString name = text();
    name.remove(u'&');
    QString tip = name;
    if (!shortcut().isEmpty())
        tip += u"  "_s + shortcut().toString(QKeySequence::NativeText);
    if (!m_blocked.isEmpty())
        tip += u'\n' + m_blocked;
    else if (!m_spec.words.isEmpty())
        tip += u'\n' + m_spec.words;
    setToolTip(tip);
    setStatusTip(m_blocked.isEmpty() ? m_spec.words : m_blocked);
}

} // namespace Drover
