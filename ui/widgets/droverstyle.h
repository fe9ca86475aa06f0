#pragma once

#include <QtWidgets/QProxyStyle>

namespace Drover {

class Look;

/// Fusion with our edges: what look.md says of buttons, fields, tabs, headers, scroll bars, menus. Every
/// colour comes from the theme, every measure from the size of type. Buttons take two properties:
/// `primary` (accent, one on a screen) and `destructive` (colour of failed); `flat` ones have no edge
/// until the pointer is on them.
///
/// `look` outlives it. GUI thread.
class DroverStyle : public QProxyStyle
{
    Q_OBJECT

public:
    explicit DroverStyle(const Look &look);

    int pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const override;
    int styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget,
                  QStyleHintReturn *data) const override;
    QSize sizeFromContents(ContentsType type, const QStyleOption *option, const QSize &size,
                           const QWidget *widget) const override;
    void drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
                       const QWidget *widget) const override;
    void drawControl(ControlElement element, const QStyleOption *option, QPainter *painter,
                     const QWidget *widget) const override;
    void drawComplexControl(ComplexControl control, const QStyleOptionComplex *option, QPainter *painter,
                            const QWidget *widget) const override;
    QRect subControlRect(ComplexControl control, const QStyleOptionComplex *option, SubControl part,
                         const QWidget *widget) const override;
    QRect subElementRect(SubElement element, const QStyleOption *option, const QWidget *widget) const override;
    void polish(QWidget *widget) override;
    using QProxyStyle::polish;

private:
    void drawButton(const QStyleOption &option, QPainter &painter, const QWidget *widget) const;
    void drawButtonLabel(const QStyleOption &option, QPainter &painter, const QWidget *widget) const;
    void drawField(const QStyleOption &option, QPainter &painter, const QWidget *widget) const;
    void drawCheck(const QStyleOption &option, QPainter &painter, bool round) const;
    void drawTab(const QStyleOption &option, QPainter &painter, const QWidget *widget) const;
    void drawTabLabel(const QStyleOption &option, QPainter &painter, const QWidget *widget) const;
    void drawHeader(const QStyleOption &option, QPainter &painter) const;
    void drawHeaderLabel(const QStyleOption &option, QPainter &painter) const;
    void drawMenuItem(const QStyleOption &option, QPainter &painter, const QWidget *widget) const;
    void drawProgress(const QStyleOption &option, QPainter &painter) const;
    void drawScrollBar(const QStyleOptionComplex &option, QPainter &painter, const QWidget *widget) const;
    void drawComboBox(const QStyleOptionComplex &option, QPainter &painter, const QWidget *widget) const;
    void drawSpinBox(const QStyleOptionComplex &option, QPainter &painter, const QWidget *widget) const;
    void drawGlyph(QPainter &painter, const QString &name, const QRect &rect, int size, bool enabled) const;

    const Look &m_look;
};

} // namespace Drover
