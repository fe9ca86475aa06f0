#pragma once

#include "ui/widgets/theme.h"

#include <QtWidgets/QAbstractButton>

namespace Drover {

class Look;

/// A figure that one looks at first, and a link to what it counts: 24 px number, caption below. Quiet
/// when all is well: only trouble has a shape and a colour.
class Tile : public QAbstractButton
{
    Q_OBJECT

public:
    Tile(const Look &look, const QString &caption, QWidget *parent = nullptr);

    /// `icon` empty: calm.
    void setFigure(const QString &figure, const QString &aside = {}, const QString &icon = {}, Tint tint = Tint::Text1);
    const QString &figure() const { return m_figure; }

    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    const Look &m_look;
    QString m_figure = QStringLiteral("—");
    QString m_aside;
    QString m_icon;
    Tint m_tint = Tint::Text1;
};

} // namespace Drover
