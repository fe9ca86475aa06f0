#include "ui/connect/firststart.h"

#include "ui/widgets/look.h"

#include <QtGui/QPainter>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>

using namespace Qt::StringLiterals;

namespace Drover {

FirstStart::FirstStart(Look &look, QWidget *parent)
    : QWidget(parent), m_look(look), m_title(new QLabel(tr("No server yet"))), m_words(new QLabel),
      m_add(new QPushButton(tr("Add a server"))), m_local(new QPushButton(tr("Start a local daemon")))
{
    setObjectName(u"firstStart"_s);
    m_title->setObjectName(u"firstStartTitle"_s);
    m_words->setObjectName(u"firstStartWords"_s);
    m_words->setWordWrap(true);
    m_words->setAlignment(Qt::AlignHCenter | Qt::AlignTop);
    m_words->setFixedWidth(look.scaled(460));
    m_title->setAlignment(Qt::AlignHCenter);
    m_add->setObjectName(u"addServer"_s);
    m_add->setProperty("primary", true);
    m_add->setIcon(look.icon(u"plus"_s, Tint::AccentText));
    m_local->setObjectName(u"startLocal"_s);
    m_local->setIcon(look.icon(u"nav-machines"_s));
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addStretch(1);
    buttons->addWidget(m_add);
    buttons->addWidget(m_local);
    buttons->addStretch(1);
    auto *column = new QVBoxLayout(this);
    column->setSpacing(12);
    column->addStretch(3);
    column->addSpacing(32);
    column->addWidget(m_title);
    column->addWidget(m_words, 0, Qt::AlignHCenter);
    column->addLayout(buttons);
    column->addStretch(5);
    connect(m_add, &QPushButton::clicked, this, &FirstStart::addAsked);
    connect(m_local, &QPushButton::clicked, this, &FirstStart::localAsked);
    connect(&look, &Look::changed, this, &FirstStart::applyLook);
    setProgress({});
}

void FirstStart::setProgress(const QString &text)
{
    say(text.isEmpty() ? tr("Paste the invitation that an administrator sent you (drover://join/…), drop it "
                            "into this window, or try Drover on this computer.")
                       : text,
        false);
    m_local->setEnabled(text.isEmpty());
}

void FirstStart::setProblem(const QString &text)
{
    say(text, true);
    m_local->setEnabled(true);
}

void FirstStart::say(const QString &text, bool wrong)
{
    m_wrong = wrong;
    m_words->setText(text);
    m_words->setMinimumHeight(m_words->heightForWidth(m_words->width()));
    applyLook();
}

void FirstStart::applyLook()
{
    m_title->setFont(m_look.font(FontUse::Title));
    QPalette quiet = palette();
    quiet.setColor(QPalette::WindowText, m_look.color(m_wrong ? Tint::Failed : Tint::Text2));
    m_words->setPalette(quiet);
    update();
}

void FirstStart::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), m_look.color(Tint::Surface));
    const QRect title = m_title->geometry();
    painter.drawPixmap(title.center().x() - 10, title.top() - 32,
                       m_look.pixmap(u"nav-machines"_s, Tint::Text3, 20, devicePixelRatioF()));
}

} // namespace Drover
