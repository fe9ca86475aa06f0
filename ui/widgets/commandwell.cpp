#include "ui/widgets/commandwell.h"

#include "ui/widgets/look.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace Drover {

CommandWell::CommandWell(const Look &look, const QString &caption, QWidget *parent)
    : QWidget(parent), m_look(look), m_caption(new QLabel(caption, this)), m_copy(new QToolButton(this)),
      m_text(new QLabel(this))
{
    auto *head = new QHBoxLayout;
    head->setContentsMargins(0, 0, 0, 0);
    head->addWidget(m_caption);
    head->addStretch();
    head->addWidget(m_copy);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(look.scaled(4));
    layout->addLayout(head);
    layout->addWidget(m_text);
    m_copy->setAutoRaise(true);
    m_copy->setObjectName(u"copy"_s);
    m_copy->setIcon(look.icon(u"copy"_s, Tint::Text3));
    m_copy->setToolTip(tr("Copy"));
    m_copy->setAccessibleName(tr("Copy %1").arg(caption));
    m_text->setObjectName(u"wellText"_s);
    m_text->setTextFormat(Qt::PlainText);
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_text->setAutoFillBackground(true);
    connect(m_copy, &QToolButton::clicked, this, [this] { emit copyAsked(m_text->text()); });
    connect(&look, &Look::changed, this, &CommandWell::applyLook);
    applyLook();
    hide();
}

void CommandWell::applyLook()
{
    QPalette quiet;
    quiet.setColor(QPalette::WindowText, m_look.color(Tint::Text3));
    m_caption->setPalette(quiet);
    m_caption->setFont(m_look.font(FontUse::CaptionStrong));
    QPalette well;
    well.setColor(QPalette::Window, m_look.color(Tint::Window));
    well.setColor(QPalette::WindowText, m_look.color(Tint::Text2));
    m_text->setPalette(well);
    m_text->setFont(m_look.font(FontUse::Mono));
    m_text->setMargin(m_look.scaled(8));
    const int icon = m_look.scaled(13);
    m_copy->setIconSize({icon, icon});
}

void CommandWell::setText(const QString &text)
{
    m_text->setText(text);
    setVisible(!text.isEmpty());
}

QString CommandWell::text() const
{
    return m_text->text();
}

} // namespace Drover
