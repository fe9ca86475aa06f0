#include "ui/widgets/actionbutton.h"

#include "ui/widgets/action.h"
#include "ui/widgets/look.h"

using namespace Qt::StringLiterals;

namespace Drover {

ActionButton::ActionButton(const Look &look, Action &action, QWidget *parent)
    : QPushButton(parent), m_look(look), m_action(action)
{
    setObjectName(u"button."_s + action.id());
    setFocusPolicy(Qt::TabFocus);
    connect(this, &QPushButton::clicked, &action, [&action] { action.trigger(); });
    connect(&action, &QAction::changed, this, &ActionButton::follow);
    connect(&look, &Look::changed, this, &ActionButton::follow);
    follow();
}

void ActionButton::setWords(const QString &words)
{
    if (words == m_words)
        return;
    m_words = words;
    follow();
}

void ActionButton::follow()
{
    setText(m_words.isEmpty() ? m_action.text() : m_words);
    setEnabled(m_action.isEnabled());
    setToolTip(m_action.toolTip());
    if (!m_action.spec().icon.isEmpty())
        setIcon(m_look.icon(m_action.spec().icon, Tint::Text1));
}

} // namespace Drover
