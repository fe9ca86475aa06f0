#include "ui/widgets/sheetcontent.h"

#include "ui/widgets/look.h"

#include <QtGui/QKeyEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>

using namespace Qt::StringLiterals;

namespace Drover {

SheetContent::SheetContent(Look &look, const QString &title, QWidget *parent)
    : QWidget(parent), m_look(look), m_title(new QLabel(title)), m_head(new QHBoxLayout), m_body(new QVBoxLayout),
      m_footer(new QWidget), m_outlook(new QLabel), m_buttons(new QHBoxLayout(m_footer))
{
    setAccessibleName(title);
    m_title->setObjectName(u"sheetTitle"_s);
    m_outlook->setObjectName(u"sheetOutlook"_s);
    m_outlook->setWordWrap(true);
    m_head->setContentsMargins(20, 16, 20, 12);
    m_head->addWidget(m_title, 1);
    m_body->setContentsMargins(20, 0, 20, 20);
    m_body->setSpacing(12);
    m_footer->setObjectName(u"sheetFooter"_s);
    m_buttons->setContentsMargins(20, 12, 20, 12);
    m_buttons->setSpacing(8);
    m_buttons->addWidget(m_outlook, 1);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addLayout(m_head);
    all->addLayout(m_body, 1);
    all->addWidget(m_footer);
    applyLook();
    connect(&m_look, &Look::changed, this, &SheetContent::applyLook);
}

QString SheetContent::title() const
{
    return m_title->text();
}

void SheetContent::setTitle(const QString &title)
{
    m_title->setText(title);
    setAccessibleName(title);
}

void SheetContent::setAside(QWidget *aside)
{
    m_head->addWidget(aside);
}

void SheetContent::setBodyMargin(int margin)
{
    m_body->setContentsMargins(margin, 0, margin, margin);
}

void SheetContent::setOutlook(const QString &text)
{
    m_outlook->setText(text);
}

QPushButton *SheetContent::addButton(const QString &text, Kind kind)
{
    auto *button = new QPushButton(text);
    button->setProperty("footer", true);
    button->setAutoDefault(false);
    if (kind == Kind::Primary) {
        button->setProperty("primary", true);
        m_primary = button;
    } else if (kind == Kind::Destructive) {
        button->setProperty("destructive", true);
    }
    m_buttons->addWidget(button);
    return button;
}

QPushButton *SheetContent::addClosing(const QString &text)
{
    QPushButton *button = addButton(text);
    button->setObjectName(u"sheetClose"_s);
    connect(button, &QPushButton::clicked, this, &SheetContent::closed);
    return button;
}

void SheetContent::keyPressEvent(QKeyEvent *event)
{
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (enter && m_enterConfirms && m_primary && m_primary->isEnabled() && !(event->modifiers() & ~Qt::KeypadModifier)) {
        m_primary->click();
        return;
    }
    QWidget::keyPressEvent(event);
}

void SheetContent::paintEvent(QPaintEvent *)
{
    // The footer stands on window, with round corners that follow the card's.
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF footer = m_footer->geometry();
    painter.setClipRect(footer);
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_look.color(Tint::Window));
    painter.drawRoundedRect(footer.adjusted(0, -12, 0, 0), 9, 9);
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.fillRect(QRectF(footer.left(), footer.top(), footer.width(), 1), m_look.color(Tint::Border));
}

void SheetContent::applyLook()
{
    m_title->setFont(m_look.font(FontUse::Title));
    QPalette quiet = palette();
    quiet.setColor(QPalette::WindowText, m_look.color(Tint::Text2));
    m_outlook->setPalette(quiet);
    update();
}

} // namespace Drover
