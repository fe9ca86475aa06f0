#include "ui/overview/tile.h"

#include "ui/widgets/cardpaint.h"
#include "ui/widgets/digits.h"
#include "ui/widgets/look.h"

#include <QtGui/QPainter>

using namespace Qt::StringLiterals;

namespace Drover {

Tile::Tile(const Look &look, const QString &caption, QWidget *parent) : QAbstractButton(parent), m_look(look)
{
    setText(caption);
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&look, &Look::changed, this, [this] {
        updateGeometry();
        update();
    });
}

void Tile::setFigure(const QString &figure, const QString &aside, const QString &icon, Tint tint)
{
    if (figure == m_figure && aside == m_aside && icon == m_icon && tint == m_tint)
        return;
    m_figure = figure;
    m_aside = aside;
    m_icon = icon;
    m_tint = tint;
    setAccessibleName(u"%1: %2 %3"_s.arg(text(), figure, aside).trimmed());
    update();
}

QSize Tile::sizeHint() const
{
    return {m_look.scaled(150), m_look.scaled(76)};
}

void Tile::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF card = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setPen(QPen(m_look.color(m_look.isHighContrast() ? Tint::BorderStrong : Tint::Border), 1));
    painter.setBrush(m_look.color(underMouse() ? Tint::Hover : Tint::Surface));
    painter.drawRoundedRect(card, 8, 8);
    const qreal pad = m_look.scaled(14);
    QRectF line(pad, m_look.scaled(11), width() - 2 * pad, m_look.scaled(30));
    if (!m_icon.isEmpty()) {
        const int size = m_look.scaled(20);
        painter.drawPixmap(QPointF(line.left(), std::round(line.center().y() - size / 2.0)),
                           m_look.pixmap(m_icon, m_tint, size, devicePixelRatioF()));
        line.setLeft(line.left() + size + m_look.scaled(8));
    }
    const QFont figure = m_look.font(FontUse::Tile);
    painter.setPen(m_look.color(m_tint));
    drawDigits(painter, figure, line, Qt::AlignLeft | Qt::AlignVCenter, m_figure);
    if (!m_aside.isEmpty()) {
        line.setLeft(line.left() + digitsWidth(figure, m_figure) + m_look.scaled(8));
        painter.setFont(m_look.font(FontUse::Body));
        painter.setPen(m_look.color(Tint::Text3));
        painter.drawText(line.adjusted(0, 4, 0, 0), Qt::AlignLeft | Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(m_aside, Qt::ElideRight, int(line.width())));
    }
    painter.setFont(m_look.font(FontUse::Body));
    painter.setPen(m_look.color(Tint::Text2));
    painter.drawText(QRectF(pad, m_look.scaled(43), width() - 2 * pad, m_look.scaled(22)), Qt::AlignLeft | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(text(), Qt::ElideRight, int(width() - 2 * pad)));
    if (hasFocus())
        drawFocusRing(painter, m_look, card, 8);
}

} // namespace Drover
