#pragma once

#include "ui/widgets/theme.h"

#include <QtGui/QIconEngine>

namespace Drover {

class Look;

/// An icon that takes its colour from the theme whenever it is drawn, so that a change of theme
/// needs no new icons. `look` outlives it.
class ThemeIconEngine : public QIconEngine
{
public:
    ThemeIconEngine(const Look &look, QString name, Tint tint);

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State state) override;
    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override;
    QPixmap scaledPixmap(const QSize &size, QIcon::Mode mode, QIcon::State state, qreal scale) override;
    QIconEngine *clone() const override;
    QString key() const override;
    bool isNull() override { return false; }

private:
    Tint tintFor(QIcon::Mode mode) const;

    const Look &m_look;
    QString m_name;
    Tint m_tint;
};

} // namespace Drover
