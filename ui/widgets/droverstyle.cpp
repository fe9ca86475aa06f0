#include "ui/widgets/droverstyle.h"

#include "ui/widgets/cardpaint.h"
#include "ui/widgets/look.h"

#include <QtGui/QPainter>
#include <QtWidgets/QAbstractItemView>
#include <QtWidgets/QAbstractSpinBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QDialogButtonBox>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QStyleOption>
#include <QtWidgets/QTabBar>
#include <QtWidgets/QToolButton>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

bool is(const QWidget *widget, const char *property)
{
    return widget && widget->property(property).toBool();
}

void fillRound(QPainter &painter, const QRectF &rect, qreal radius, const QColor &fill, const QColor &edge)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(fill);
    painter.setPen(edge.isValid() ? QPen(edge, 1) : QPen(Qt::NoPen));
    painter.drawRoundedRect(edge.isValid() ? rect.adjusted(0.5, 0.5, -0.5, -0.5) : rect, radius, radius);
    painter.restore();
}

constexpr int menuIconSpace = 28;

} // namespace

DroverStyle::DroverStyle(const Look &look) : QProxyStyle(u"Fusion"_s), m_look(look) { }

int DroverStyle::pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const
{
    switch (metric) {
    case PM_SmallIconSize:
    case PM_ButtonIconSize:
    case PM_TabBarIconSize:
    case PM_ListViewIconSize: return 16;
    case PM_LayoutHorizontalSpacing:
    case PM_LayoutVerticalSpacing: return 8;
    case PM_ScrollBarExtent: return 10;
    case PM_ScrollBarSliderMin: return 28;
    case PM_SplitterWidth:
    case PM_DockWidgetSeparatorExtent: return 1;
    case PM_DockWidgetFrameWidth: return 0;
    case PM_ButtonShiftHorizontal:
    case PM_ButtonShiftVertical:
    case PM_TabBarTabShiftVertical:
    case PM_TabBarTabShiftHorizontal:
    case PM_TabBarTabOverlap:
    case PM_TabBarBaseOverlap: return 0;
    case PM_TabBarTabHSpace: return 24;
    case PM_TabBarTabVSpace: return 8;
    case PM_TabCloseIndicatorWidth:
    case PM_TabCloseIndicatorHeight: return 16;
    case PM_IndicatorWidth:
    case PM_IndicatorHeight:
    case PM_ExclusiveIndicatorWidth:
    case PM_ExclusiveIndicatorHeight: return m_look.scaled(16);
    case PM_MenuPanelWidth: return 1;
    case PM_MenuHMargin:
    case PM_MenuVMargin: return 4;
    case PM_HeaderMargin: return 8;
    case PM_HeaderMarkSize: return 8;
    case PM_ComboBoxFrameWidth:
    case PM_SpinBoxFrameWidth: return 1;
    case PM_ToolTipLabelFrameWidth: return 6;
    case PM_ToolBarIconSize: return 16;
    case PM_FocusFrameHMargin: return 7; // cells are padded by it and one pixel more
    default: return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int DroverStyle::styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget,
                           QStyleHintReturn *data) const
{
    switch (hint) {
    case SH_ItemView_ShowDecorationSelected: return 1;
    case SH_EtchDisabledText: return 0;
    case SH_Widget_Animation_Duration: return m_look.motion(120);
    case SH_DialogButtonLayout: return QDialogButtonBox::GnomeLayout;
    case SH_ComboBox_Popup: return 0;
    case SH_TabBar_CloseButtonPosition: return QTabBar::RightSide;
    case SH_TabBar_ElideMode: return Qt::ElideMiddle;
    case SH_ScrollBar_Transient: return 0;
    case SH_ToolTipLabel_Opacity: return 255;
    case SH_Menu_SubMenuSloppyCloseTimeout: return 500;
    case SH_UnderlineShortcut: return 0;
    default: return QProxyStyle::styleHint(hint, option, widget, data);
    }
}

QSize DroverStyle::sizeFromContents(ContentsType type, const QStyleOption *option, const QSize &size,
                                    const QWidget *widget) const
{
    switch (type) {
    case CT_PushButton: {
        const auto *button = qstyleoption_cast<const QStyleOptionButton *>(option);
        const bool bare = button && button->text.isEmpty();
        return {bare ? m_look.scaled(26) : size.width() + 20, m_look.scaled(is(widget, "footer") ? 30 : 26)};
    }
    case CT_ToolButton: return QSize(std::max(size.width() + 10, m_look.scaled(26)), m_look.scaled(26));
    case CT_LineEdit: return {size.width(), std::max(size.height(), m_look.scaled(28))};
    case CT_ComboBox: return {size.width() + 36, m_look.scaled(28)};
    case CT_SpinBox: return {size.width() + 26, m_look.scaled(28)};
    case CT_HeaderSection: {
        QSize section = QProxyStyle::sizeFromContents(type, option, size, widget);
        section.setHeight(m_look.scaled(26));
        return section;
    }
    case CT_TabBarTab: {
        const auto *tab = qstyleoption_cast<const QStyleOptionTab *>(option);
        const int closing = tab && !tab->rightButtonSize.isEmpty() ? 0 : 4;
        return {size.width() + closing, m_look.scaled(32)};
    }
    case CT_MenuItem: {
        const auto *item = qstyleoption_cast<const QStyleOptionMenuItem *>(option);
        if (item && item->menuItemType == QStyleOptionMenuItem::Separator)
            return {size.width(), 9};
        QSize needed = size + QSize(menuIconSpace + 24, 0);
        if (item && item->text.contains(u'\t'))
            needed.rwidth() += 24;
        needed.setHeight(m_look.scaled(28));
        return needed;
    }
    default: return QProxyStyle::sizeFromContents(type, option, size, widget);
    }
}

void DroverStyle::drawGlyph(QPainter &painter, const QString &name, const QRect &rect, int size, bool enabled) const
{
    const QPixmap glyph = m_look.pixmap(name, enabled ? Tint::Text2 : Tint::Text3, size,
                                        painter.device()->devicePixelRatioF());
    painter.drawPixmap(rect.center() - QPoint(size / 2 - 1, size / 2 - 1), glyph);
}

void DroverStyle::drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
                                const QWidget *widget) const
{
    switch (element) {
    case PE_FrameFocusRect:
        // Rows draw their own; a ring around single cells would be a second one.
        if (!qobject_cast<const QAbstractItemView *>(widget))
            drawFocusRing(*painter, m_look, option->rect, 4);
        return;
    case PE_PanelButtonCommand:
    case PE_PanelButtonTool: drawButton(*option, *painter, widget); return;
    case PE_PanelLineEdit:
    case PE_FrameLineEdit: drawField(*option, *painter, widget); return;
    case PE_IndicatorCheckBox: drawCheck(*option, *painter, false); return;
    case PE_IndicatorRadioButton: drawCheck(*option, *painter, true); return;
    case PE_PanelMenu:
    case PE_FrameMenu:
        painter->fillRect(option->rect, m_look.color(Tint::Raised));
        painter->setPen(m_look.color(m_look.isHighContrast() ? Tint::BorderStrong : Tint::Border));
        painter->setBrush(Qt::NoBrush);
        painter->drawRect(option->rect.adjusted(0, 0, -1, -1));
        return;
    case PE_PanelTipLabel: fillRound(*painter, option->rect, 0, m_look.color(Tint::Raised), m_look.color(Tint::BorderStrong)); return;
    case PE_Frame: {
        const auto *frame = qstyleoption_cast<const QStyleOptionFrame *>(option);
        if (frame && frame->lineWidth > 0) {
            painter->setBrush(Qt::NoBrush);
            painter->setPen(m_look.color(Tint::Border));
            painter->drawRect(option->rect.adjusted(0, 0, -1, -1));
        }
        return;
    }
    case PE_FrameTabBarBase:
    case PE_FrameDockWidget:
    case PE_FrameStatusBarItem: return;
    case PE_IndicatorTabClose: drawGlyph(*painter, u"close"_s, option->rect, 12, option->state & State_MouseOver); return;
    case PE_IndicatorBranch:
        if (option->state & State_Children)
            drawGlyph(*painter, option->state & State_Open ? u"chevron-down"_s : u"chevron-right"_s, option->rect, 12, true);
        return;
    case PE_IndicatorHeaderArrow: {
        const auto *header = qstyleoption_cast<const QStyleOptionHeader *>(option);
        if (!header || header->sortIndicator == QStyleOptionHeader::None)
            return;
        const bool down = header->sortIndicator == QStyleOptionHeader::SortDown;
        const QPointF centre = QRectF(option->rect).center();
        const qreal tip = down ? 2 : -2;
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(Qt::NoPen);
        painter->setBrush(m_look.color(Tint::Accent));
        painter->drawPolygon(QPolygonF({centre + QPointF(-3.5, -tip), centre + QPointF(3.5, -tip), centre + QPointF(0, tip)}));
        painter->restore();
        return;
    }
    case PE_IndicatorArrowDown: drawGlyph(*painter, u"chevron-down"_s, option->rect, 12, option->state & State_Enabled); return;
    case PE_IndicatorArrowRight: drawGlyph(*painter, u"chevron-right"_s, option->rect, 12, option->state & State_Enabled); return;
    default: QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

void DroverStyle::drawButton(const QStyleOption &option, QPainter &painter, const QWidget *widget) const
{
    const bool enabled = option.state & State_Enabled;
    const bool over = enabled && option.state & State_MouseOver;
    const bool down = enabled && option.state & State_Sunken;
    const bool on = option.state & State_On;
    const bool tool = qobject_cast<const QToolButton *>(widget);
    const auto *button = qobject_cast<const QPushButton *>(widget);
    const bool flat = tool || is(widget, "flat") || (button && button->isFlat());
    QColor fill = m_look.color(Tint::Raised);
    QColor edge = m_look.color(m_look.isHighContrast() ? Tint::BorderStrong : Tint::Border);
    const Tint strong = is(widget, "destructive") ? Tint::Failed : Tint::Accent;
    if (enabled && (is(widget, "primary") || is(widget, "destructive"))) {
        fill = m_look.color(strong);
        if (down || over)
            fill = m_look.isDark() ? fill.lighter(down ? 115 : 107) : fill.darker(down ? 118 : 108);
        edge = fill;
    } else if (on) {
        fill = m_look.color(Tint::Selection);
        edge = tool ? fill : m_look.color(Tint::Accent);
    } else if (down) {
        fill = m_look.color(Tint::Sunken);
    } else if (over) {
        fill = m_look.color(flat ? Tint::Sunken : Tint::Hover);
        if (flat)
            edge = fill;
    } else if (flat) {
        fill = edge = Qt::transparent;
    }
    fillRound(painter, option.rect, 5, fill, edge);
    if (option.state & State_HasFocus && option.state & State_KeyboardFocusChange)
        drawFocusRing(painter, m_look, option.rect, 5);
}

void DroverStyle::drawButtonLabel(const QStyleOption &option, QPainter &painter, const QWidget *widget) const
{
    const auto *given = qstyleoption_cast<const QStyleOptionButton *>(&option);
    if (!given)
        return;
    QStyleOptionButton label = *given;
    const bool strong = is(widget, "primary") || is(widget, "destructive");
    const bool enabled = label.state & State_Enabled;
    if (strong && enabled)
        label.palette.setColor(QPalette::ButtonText, m_look.color(Tint::AccentText));
    painter.save();
    if (strong)
        painter.setFont(m_look.font(FontUse::BodyStrong));
    const int gap = label.icon.isNull() || label.text.isEmpty() ? 0 : 6;
    const QSize icon = label.icon.isNull() ? QSize() : label.iconSize;
    const QString words = label.text;
    const QFontMetrics metrics(painter.font());
    const int textWidth = metrics.size(Qt::TextShowMnemonic, words).width();
    const int menu = label.features & QStyleOptionButton::HasMenu ? 16 : 0;
    const int total = std::max(0, icon.width()) + gap + textWidth + menu;
    int x = label.rect.left() + std::max(4, (label.rect.width() - total) / 2);
    if (!label.icon.isNull()) {
        const QIcon::Mode mode = enabled ? QIcon::Normal : QIcon::Disabled;
        label.icon.paint(&painter, QRect(QPoint(x, label.rect.center().y() - icon.height() / 2 + 1), icon),
                         Qt::AlignCenter, mode);
        x += icon.width() + gap;
    }
    const QRect textRect(x, label.rect.top(), std::min(textWidth + 2, label.rect.right() - x - 2 - menu), label.rect.height());
    drawItemText(&painter, textRect, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextHideMnemonic, label.palette, enabled,
                 metrics.elidedText(words, Qt::ElideRight, textRect.width(), Qt::TextShowMnemonic), QPalette::ButtonText);
    if (menu)
        drawGlyph(painter, u"chevron-down"_s, QRect(x + textWidth + 4, label.rect.top(), 12, label.rect.height()), 12, enabled);
    painter.restore();
}

void DroverStyle::drawField(const QStyleOption &option, QPainter &painter, const QWidget *widget) const
{
    if (widget && (qobject_cast<const QComboBox *>(widget->parentWidget())
                   || qobject_cast<const QAbstractSpinBox *>(widget->parentWidget())))
        return; // the edge is theirs
    const auto *frame = qstyleoption_cast<const QStyleOptionFrame *>(&option);
    if (frame && frame->lineWidth == 0)
        return;
    const bool wrong = is(widget, "wrong");
    const Tint edge = wrong ? Tint::Failed : m_look.isHighContrast() ? Tint::BorderStrong : Tint::Border;
    fillRound(painter, option.rect, 5, m_look.color(option.state & State_Enabled ? Tint::Surface : Tint::Window),
              m_look.color(edge));
    if (option.state & State_HasFocus && !wrong)
        drawFocusRing(painter, m_look, option.rect, 5);
}

void DroverStyle::drawCheck(const QStyleOption &option, QPainter &painter, bool round) const
{
    const bool enabled = option.state & State_Enabled;
    const bool on = option.state & (State_On | State_NoChange);
    const QRectF box = QRectF(option.rect).adjusted(1, 1, -1, -1);
    const qreal radius = round ? box.width() / 2 : 4;
    const QColor fill = m_look.color(on ? (enabled ? Tint::Accent : Tint::Text3) : Tint::Surface);
    fillRound(painter, box, radius, fill, on ? fill : m_look.color(Tint::BorderStrong));
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    if (on && round) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_look.color(Tint::AccentText));
        painter.drawEllipse(box.center(), box.width() / 5, box.width() / 5);
    } else if (on) {
        painter.setPen(QPen(m_look.color(Tint::AccentText), 1.75, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        const auto at = [&](qreal x, qreal y) {
            return QPointF(box.left() + x * box.width(), box.top() + y * box.height());
        };
        if (option.state & State_NoChange)
            painter.drawLine(at(0.28, 0.5), at(0.72, 0.5));
        else
            painter.drawPolyline(QPolygonF({at(0.24, 0.52), at(0.43, 0.7), at(0.77, 0.31)}));
    }
    painter.restore();
    if (option.state & State_HasFocus && option.state & State_KeyboardFocusChange)
        drawFocusRing(painter, m_look, box.adjusted(-1, -1, 1, 1), radius);
}

void DroverStyle::drawComplexControl(ComplexControl control, const QStyleOptionComplex *option, QPainter *painter,
                                     const QWidget *widget) const
{
    switch (control) {
    case CC_ScrollBar: drawScrollBar(*option, *painter, widget); return;
    case CC_ComboBox: drawComboBox(*option, *painter, widget); return;
    case CC_SpinBox: drawSpinBox(*option, *painter, widget); return;
    case CC_ToolButton: {
        const auto *button = qstyleoption_cast<const QStyleOptionToolButton *>(option);
        if (!button)
            break;
        drawPrimitive(PE_PanelButtonTool, option, painter, widget);
        QStyleOptionToolButton label = *button;
        label.state &= ~State_HasFocus;
        label.features &= ~QStyleOptionToolButton::HasMenu;
        drawControl(CE_ToolButtonLabel, &label, painter, widget);
        return;
    }
    default: break;
    }
    QProxyStyle::drawComplexControl(control, option, painter, widget);
}

void DroverStyle::drawScrollBar(const QStyleOptionComplex &option, QPainter &painter, const QWidget *widget) const
{
    const auto *bar = qstyleoption_cast<const QStyleOptionSlider *>(&option);
    if (!bar)
        return;
    const QWidget *area = widget && widget->parentWidget() ? widget->parentWidget()->parentWidget() : nullptr;
    painter.fillRect(option.rect, area ? area->palette().color(area->backgroundRole()) : m_look.color(Tint::Surface));
    if (bar->maximum <= bar->minimum)
        return;
    const QRectF slider = subControlRect(CC_ScrollBar, &option, SC_ScrollBarSlider, widget);
    QColor thumb = m_look.color(Tint::BorderStrong);
    const bool strong = m_look.isHighContrast() || option.state & State_Sunken;
    const bool over = option.activeSubControls & SC_ScrollBarSlider && option.state & State_MouseOver;
    if (!strong)
        thumb.setAlphaF(over ? 0.8F : 0.45F);
    fillRound(painter, bar->orientation == Qt::Vertical ? slider.adjusted(2, 1, -2, -1) : slider.adjusted(1, 2, -1, -2), 3,
              thumb, {});
}

void DroverStyle::drawComboBox(const QStyleOptionComplex &option, QPainter &painter, const QWidget *) const
{
    const auto *box = qstyleoption_cast<const QStyleOptionComboBox *>(&option);
    const bool enabled = option.state & State_Enabled;
    const Tint fill = !enabled ? Tint::Window : option.state & State_MouseOver && box && !box->editable ? Tint::Hover : Tint::Surface;
    fillRound(painter, option.rect, 5, m_look.color(fill),
              m_look.color(m_look.isHighContrast() ? Tint::BorderStrong : Tint::Border));
    drawGlyph(painter, u"chevron-down"_s, QRect(option.rect.right() - 22, option.rect.top(), 16, option.rect.height()), 12,
              enabled);
    if (option.state & State_HasFocus)
        drawFocusRing(painter, m_look, option.rect, 5);
}

void DroverStyle::drawSpinBox(const QStyleOptionComplex &option, QPainter &painter, const QWidget *widget) const
{
    const bool enabled = option.state & State_Enabled;
    fillRound(painter, option.rect, 5, m_look.color(enabled ? Tint::Surface : Tint::Window),
              m_look.color(m_look.isHighContrast() ? Tint::BorderStrong : Tint::Border));
    painter.save();
    for (const SubControl part : {SC_SpinBoxUp, SC_SpinBoxDown}) {
        const QRect rect = subControlRect(CC_SpinBox, &option, part, widget);
        const bool up = part == SC_SpinBoxUp;
        const QPixmap glyph = m_look.pixmap(u"chevron-down"_s, enabled ? Tint::Text2 : Tint::Text3, 10,
                                            painter.device()->devicePixelRatioF());
        painter.save();
        painter.translate(QRectF(rect).center() + QPointF(0, up ? 1 : -1));
        if (up)
            painter.scale(1, -1);
        painter.drawPixmap(QPointF(-5, -5), glyph);
        painter.restore();
    }
    painter.restore();
    if (option.state & State_HasFocus)
        drawFocusRing(painter, m_look, option.rect, 5);
}

QRect DroverStyle::subControlRect(ComplexControl control, const QStyleOptionComplex *option, SubControl part,
                                  const QWidget *widget) const
{
    if (control == CC_ComboBox && part == SC_ComboBoxEditField)
        return visualRect(option->direction, option->rect, option->rect.adjusted(8, 1, -24, -1));
    const auto *bar = qstyleoption_cast<const QStyleOptionSlider *>(option);
    if (control != CC_ScrollBar || !bar)
        return QProxyStyle::subControlRect(control, option, part, widget);
    // No arrows: the groove is all of it.
    const bool upright = bar->orientation == Qt::Vertical;
    const int length = upright ? option->rect.height() : option->rect.width();
    const int extent = upright ? option->rect.width() : option->rect.height();
    const qint64 range = qint64(bar->maximum) - bar->minimum;
    int slider = length;
    if (range > 0) {
        slider = int(qint64(bar->pageStep) * length / (range + bar->pageStep));
        slider = std::clamp(slider, std::min(length, pixelMetric(PM_ScrollBarSliderMin, option, widget)), length);
    }
    const int start = sliderPositionFromValue(bar->minimum, bar->maximum, bar->sliderPosition, length - slider, bar->upsideDown);
    const auto piece = [&](int from, int size) {
        const QRect rect = upright ? QRect(0, from, extent, size) : QRect(from, 0, size, extent);
        return visualRect(option->direction, option->rect, rect);
    };
    switch (part) {
    case SC_ScrollBarGroove: return piece(0, length);
    case SC_ScrollBarSlider: return piece(start, slider);
    case SC_ScrollBarSubPage: return piece(0, start);
    case SC_ScrollBarAddPage: return piece(start + slider, length - start - slider);
    default: return {};
    }
}

QRect DroverStyle::subElementRect(SubElement element, const QStyleOption *option, const QWidget *widget) const
{
    const QRect rect = QProxyStyle::subElementRect(element, option, widget);
    const auto *frame = qstyleoption_cast<const QStyleOptionFrame *>(option);
    if (element == SE_LineEditContents && frame && frame->lineWidth > 0)
        return rect.adjusted(5, 0, -5, 0);
    return rect;
}

void DroverStyle::polish(QWidget *widget)
{
    QProxyStyle::polish(widget);
    if (qobject_cast<QAbstractButton *>(widget) || qobject_cast<QComboBox *>(widget) || qobject_cast<QScrollBar *>(widget)
        || qobject_cast<QTabBar *>(widget))
        widget->setAttribute(Qt::WA_Hover);
}

} // namespace Drover
