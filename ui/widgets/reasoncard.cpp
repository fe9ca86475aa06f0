#include "ui/widgets/reasoncard.h"

#include "ui/widgets/look.h"

#include <QtGui/QPainter>
#include <QtGui/QPainterPath>
#include <QtWidgets/QLabel>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

QLabel *label(QWidget *parent, const QString &name, Qt::TextFormat format)
{
    auto *made = new QLabel(parent);
    made->setObjectName(name);
    made->setTextFormat(format);
    made->setWordWrap(true);
    made->setTextInteractionFlags(Qt::TextBrowserInteraction | Qt::TextSelectableByKeyboard);
    return made;
}

} // namespace

ReasonCard::ReasonCard(const Look &look, QWidget *parent)
    : QFrame(parent), m_look(look), m_title(label(this, u"reasonTitle"_s, Qt::PlainText)),
      m_why(label(this, u"reasonWhy"_s, Qt::PlainText)), m_links(label(this, u"reasonRemedies"_s, Qt::RichText))
{
    setObjectName(u"reasonCard"_s);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(look.scaled(13), look.scaled(8), look.scaled(10), look.scaled(8));
    layout->setSpacing(look.scaled(3));
    layout->addWidget(m_title);
    layout->addWidget(m_why);
    layout->addWidget(m_links);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    connect(m_links, &QLabel::linkActivated, this, &ReasonCard::remedyChosen);
    connect(&look, &Look::changed, this, &ReasonCard::applyLook);
    applyLook();
    hide();
}

void ReasonCard::setReason(Kind kind, const QString &title, const QString &why, const QList<Remedy> &remedies)
{
    m_kind = kind;
    m_remedies = remedies;
    m_title->setText(title);
    m_why->setText(why);
    m_why->setVisible(!why.isEmpty());
    applyLook();
    setVisible(!title.isEmpty());
    setAccessibleName(title);
    setAccessibleDescription(why);
}

QString ReasonCard::title() const
{
    return m_title->text();
}

QString ReasonCard::why() const
{
    return m_why->text();
}

void ReasonCard::applyLook()
{
    m_title->setFont(m_look.font(FontUse::BodyStrong));
    QPalette support;
    support.setColor(QPalette::WindowText, m_look.color(Tint::Text2));
    m_why->setPalette(support);
    m_links->setPalette(support);
    QStringList lines;
    for (const Remedy &remedy : std::as_const(m_remedies)) {
        const QString words = remedy.text.toHtmlEscaped();
        lines.append(remedy.link.isEmpty() ? words
                                           : u"<a href=\"%1\" style=\"color:%2;text-decoration:none;font-weight:500\">%3</a>"_s.arg(
                                                 remedy.link.toHtmlEscaped(), m_look.color(Tint::Accent).name(), words));
    }
    m_links->setText(lines.join(u"<br>"_s));
    m_links->setVisible(!lines.isEmpty());
    update();
}

void ReasonCard::paintEvent(QPaintEvent *)
{
    constexpr std::pair<Tint, Tint> tints[] = {{Tint::ErrSoft, Tint::Failed},
                                               {Tint::WarnSoft, Tint::Paused},
                                               {Tint::InfoSoft, Tint::Running},
                                               {Tint::OkSoft, Tint::Succeeded}};
    const auto [soft, strong] = tints[int(m_kind)];
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QPainterPath round;
    round.addRoundedRect(QRectF(rect()), 6, 6);
    painter.setClipPath(round);
    painter.fillRect(rect(), m_look.color(soft));
    painter.fillRect(QRect(0, 0, 3, height()), m_look.color(strong));
}

} // namespace Drover
