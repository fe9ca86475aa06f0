#include "ui/shell/filtertoken.h"

#include "ui/widgets/cardpaint.h"
#include "ui/widgets/look.h"

#include <QtCore/QRegularExpression>
#include <QtGui/QMouseEvent>
#include <QtGui/QPainter>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr int crossWidth = 18;
constexpr int widest = 280;

} // namespace

std::pair<QString, QString> tokenParts(const QString &filter)
{
    static const QRegularExpression comparison(
        uR"(^([A-Za-z][\w.]*)\s*(=|!=|<=|>=|<|>|~|:|in)\s*(.+)$)"_s, QRegularExpression::DotMatchesEverythingOption);
    const QRegularExpressionMatch match = comparison.match(filter);
    static const QRegularExpression joined(u"\\s(and|or)\\s"_s, QRegularExpression::CaseInsensitiveOption);
    if (!match.hasMatch() || joined.match(filter).hasMatch())
        return {QString(), filter};
    QString sign = match.captured(2);
    QString value = match.captured(3).trimmed();
    if (sign == "in"_L1 || sign == "="_L1 || sign == ":"_L1)
        sign = u":"_s;
    else
        sign.prepend(u' ');
    if (value.startsWith(u'(') && value.endsWith(u')'))
        value = value.mid(1, value.size() - 2);
    return {match.captured(1) + sign, value};
}

FilterToken::FilterToken(const Look &look, const QString &text, QWidget *parent)
    : QAbstractButton(parent), m_look(look), m_filter(text)
{
    std::tie(m_field, m_value) = tokenParts(text);
    setAccessibleName(tr("Filter: %1").arg(text));
    setToolTip(text);
    setFocusPolicy(Qt::NoFocus);
    setAttribute(Qt::WA_Hover);
}

void FilterToken::setSelected(bool selected)
{
    m_selected = selected;
    update();
}

QSize FilterToken::sizeHint() const
{
    const QFontMetrics field(m_look.font(FontUse::BodyMedium));
    const QFontMetrics value(m_look.font(FontUse::Body));
    const int words = (m_field.isEmpty() ? 0 : field.horizontalAdvance(m_field) + 5) + value.horizontalAdvance(m_value);
    return {std::min(words + 7 + crossWidth, m_look.scaled(widest)), m_look.scaled(20)};
}

void FilterToken::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(m_selected ? QPen(m_look.color(Tint::Focus), 1.5) : QPen(Qt::NoPen));
    painter.setBrush(m_look.color(Tint::AccentSoft));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.75, 0.75, -0.75, -0.75), 4, 4);
    int x = 7;
    painter.setFont(m_look.font(FontUse::BodyMedium));
    painter.setPen(m_look.color(Tint::Text2));
    if (!m_field.isEmpty()) {
        const int width = painter.fontMetrics().horizontalAdvance(m_field);
        painter.drawText(QRect(x, 0, width + 1, height()), Qt::AlignVCenter, m_field);
        x += width + 5;
    }
    painter.setFont(m_look.font(FontUse::Body));
    painter.setPen(m_look.color(Tint::Text1));
    const int room = width() - x - crossWidth;
    painter.drawText(QRect(x, 0, room + 1, height()), Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(m_value, Qt::ElideRight, room));
    painter.drawPixmap(width() - crossWidth + 4, (height() - 10) / 2,
                       m_look.pixmap(u"close"_s, underMouse() ? Tint::Text1 : Tint::Text3, 10, devicePixelRatioF()));
}

void FilterToken::mouseReleaseEvent(QMouseEvent *event)
{
    setDown(false);
    if (!rect().contains(event->pos()))
        return;
    if (event->pos().x() >= width() - crossWidth || event->button() == Qt::MiddleButton)
        emit removed();
    else
        emit clicked();
}

} // namespace Drover
