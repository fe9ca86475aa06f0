#include "ui/widgets/themeiconengine.h"

#include "ui/widgets/look.h"

#include <QtGui/QPainter>

#include <cmath>

using namespace Qt::StringLiterals;

namespace Drover {

ThemeIconEngine::ThemeIconEngine(const Look &look, QString name, Tint tint)
    : m_look(look), m_name(std::move(name)), m_tint(tint)
{
}

Tint ThemeIconEngine::tintFor(QIcon::Mode mode) const
{
    return mode == QIcon::Disabled ? Tint::Text3 : m_tint;
}

void ThemeIconEngine::paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State)
{
    const int side = std::min(rect.width(), rect.height());
    const qreal ratio = painter->device() ? painter->device()->devicePixelRatio() : 1;
    const QPoint corner(rect.x() + (rect.width() - side) / 2, rect.y() + (rect.height() - side) / 2);
    painter->drawPixmap(corner, m_look.pixmap(m_name, tintFor(mode), side, ratio));
}

QPixmap ThemeIconEngine::pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state)
{
    return scaledPixmap(size, mode, state, 1);
}

// Qt asks in device pixels, and sets the ratio itself.
QPixmap ThemeIconEngine::scaledPixmap(const QSize &size, QIcon::Mode mode, QIcon::State, qreal)
{
    QPixmap drawn = m_look.pixmap(m_name, tintFor(mode), std::min(size.width(), size.height()), 1);
    return drawn;
}

QIconEngine *ThemeIconEngine::clone() const
{
    return new ThemeIconEngine(m_look, m_name, m_tint);
}

QString ThemeIconEngine::key() const
{
    return u"drover"_s;
}

} // namespace Drover
