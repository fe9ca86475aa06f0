#include "ui/widgets/orderpill.h"

#include "ui/widgets/cardpaint.h"
#include "ui/widgets/look.h"
#include "ui/widgets/words.h"

#include <QtGui/QKeySequence>
#include <QtGui/QPainter>

using namespace Qt::StringLiterals;

namespace Drover {

OrderPill::OrderPill(const Look &look, QWidget *parent) : QAbstractButton(parent), m_look(look)
{
    setObjectName(u"orderPill"_s);
    setFocusPolicy(Qt::NoFocus); // F5 is its key; it must not take the focus from the table
    setCursor(Qt::PointingHandCursor);
    setToolTip(tr("Put the rows in their order as it is now"));
    hide();
}

int OrderPill::margin()
{
    return shadowMargin(Elevation::Pill);
}

QString OrderPill::key() const
{
    return QKeySequence(Qt::Key_F5).toString(QKeySequence::NativeText);
}

void OrderPill::setNews(qint64 rows, bool many)
{
    m_has = rows > 0 || many;
    setText(many ? tr("The order has changed") : rows == 1 ? tr("1 row would move")
                                                             : tr("%1 rows would move").arg(wordsOfCount(rows)));
    setAccessibleName(text());
    resize(sizeHint());
    setVisible(m_has);
    update();
}

QSize OrderPill::sizeHint() const
{
    const QFontMetrics body(m_look.font(FontUse::Body));
    const QFontMetrics small(m_look.font(FontUse::Caption));
    const int width = m_look.scaled(8 + 16 + 6) + body.horizontalAdvance(text()) + m_look.scaled(8)
        + small.horizontalAdvance(key()) + m_look.scaled(12 + 9);
    return {width + 2 * margin(), m_look.scaled(26) + 2 * margin()};
}

void OrderPill::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const QRectF card = QRectF(rect()).adjusted(margin(), margin(), -margin(), -margin());
    drawCard(painter, m_look, card, card.height() / 2, Elevation::Pill);
    painter.setRenderHint(QPainter::Antialiasing);
    const int icon = m_look.scaled(14);
    qreal x = card.left() + m_look.scaled(10);
    painter.drawPixmap(QPointF(x, std::round(card.center().y() - icon / 2.0)),
                       m_look.pixmap(u"retry"_s, Tint::Text2, icon, devicePixelRatioF()));
    x += icon + m_look.scaled(6);
    const QFontMetrics body(m_look.font(FontUse::Body));
    painter.setFont(m_look.font(FontUse::Body));
    painter.setPen(m_look.color(Tint::Text1));
    painter.drawText(QRectF(x, card.top(), card.width(), card.height()), int(Qt::AlignVCenter | Qt::AlignLeft), text());
    x += body.horizontalAdvance(text()) + m_look.scaled(8);
    const QFontMetrics small(m_look.font(FontUse::Caption));
    const qreal keyHeight = m_look.scaled(18);
    const QRectF keyRect(x, card.center().y() - keyHeight / 2, small.horizontalAdvance(key()) + m_look.scaled(10), keyHeight);
    painter.setPen(QPen(m_look.color(Tint::Border), 1));
    painter.setBrush(m_look.color(Tint::Window));
    painter.drawRoundedRect(keyRect.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    painter.setFont(m_look.font(FontUse::Caption));
    painter.setPen(m_look.color(Tint::Text3));
    painter.drawText(keyRect, int(Qt::AlignCenter), key());
}

} // namespace Drover
