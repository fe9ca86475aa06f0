#include "ui/widgets/droverstyle.h"

#include "ui/widgets/cardpaint.h"
#include "ui/widgets/look.h"

#include <QtGui/QPainter>
#include <QtWidgets/QMenu>
#include <QtWidgets/QStyleOption>
#include <QtWidgets/QTabBar>

using namespace Qt::StringLiterals;

// What is drawn in one piece: tabs, headers, menu items, bars.
namespace Drover {

void DroverStyle::drawControl(ControlElement element, const QStyleOption *option, QPainter *painter,
                              const QWidget *widget) const
{
    switch (element) {
    case CE_PushButtonBevel: drawPrimitive(PE_PanelButtonCommand, option, painter, widget); return;
    case CE_PushButtonLabel: drawButtonLabel(*option, *painter, widget); return;
    case CE_TabBarTabShape: drawTab(*option, *painter, widget); return;
    case CE_TabBarTabLabel: drawTabLabel(*option, *painter, widget); return;
    case CE_HeaderSection:
    case CE_HeaderEmptyArea: drawHeader(*option, *painter); return;
    case CE_HeaderLabel: drawHeaderLabel(*option, *painter); return;
    case CE_Splitter: painter->fillRect(option->rect, m_look.color(Tint::Border)); return;
    case CE_MenuItem: drawMenuItem(*option, *painter, widget); return;
    case CE_MenuEmptyArea: return;
    case CE_ProgressBarGroove:
    case CE_ProgressBarLabel: return;
    case CE_ProgressBarContents: drawProgress(*option, *painter); return;
    case CE_ScrollBarAddLine:
    case CE_ScrollBarSubLine: return;
    default: QProxyStyle::drawControl(element, option, painter, widget);
    }
}

void DroverStyle::drawTab(const QStyleOption &option, QPainter &painter, const QWidget *widget) const
{
    const auto *bar = qobject_cast<const QTabBar *>(widget);
    const bool selected = option.state & State_Selected;
    const QRect rect = option.rect;
    if (bar && !bar->documentMode()) { // tabs inside a panel: an underline
        if (selected)
            painter.fillRect(QRect(rect.left() + 12, rect.bottom() - 1, rect.width() - 24, 2), m_look.color(Tint::Accent));
    } else if (selected) {
        painter.fillRect(rect, m_look.color(Tint::Surface));
        painter.fillRect(QRect(rect.left(), rect.top(), rect.width(), 2), m_look.color(Tint::Accent));
        const QColor line = m_look.color(Tint::Border);
        painter.fillRect(QRect(rect.left(), rect.top(), 1, rect.height()), line);
        painter.fillRect(QRect(rect.right(), rect.top(), 1, rect.height()), line);
    } else if (option.state & State_MouseOver) {
        painter.fillRect(rect.adjusted(0, 0, 0, -1), m_look.color(Tint::Hover));
    }
    if (option.state & State_HasFocus && option.state & State_KeyboardFocusChange)
        drawFocusRing(painter, m_look, rect.adjusted(3, 4, -3, -3), 4);
}

void DroverStyle::drawTabLabel(const QStyleOption &option, QPainter &painter, const QWidget *widget) const
{
    const auto *tab = qstyleoption_cast<const QStyleOptionTab *>(&option);
    if (!tab)
        return;
    const bool selected = tab->state & State_Selected;
    QRect rect = tab->rect.adjusted(12, 0, tab->rightButtonSize.isEmpty() ? -10 : -8 - tab->rightButtonSize.width(), 0);
    painter.save();
    painter.setFont(m_look.font(selected ? FontUse::BodyStrong : FontUse::Body));
    if (!tab->icon.isNull()) {
        const QPixmap icon = tab->icon.pixmap(QSize(14, 14), painter.device()->devicePixelRatioF(),
                                              selected ? QIcon::Selected : QIcon::Normal);
        const QRect at(rect.left(), rect.center().y() - 6, 14, 14);
        painter.drawPixmap(visualRect(tab->direction, tab->rect, at), icon);
        rect.setLeft(rect.left() + 21);
    }
    painter.setPen(m_look.color(!(tab->state & State_Enabled) ? Tint::Text3 : selected ? Tint::Text1 : Tint::Text2));
    const auto *bar = qobject_cast<const QTabBar *>(widget);
    const Qt::TextElideMode elide = bar ? bar->elideMode() : Qt::ElideMiddle;
    painter.drawText(visualRect(tab->direction, tab->rect, rect), Qt::AlignVCenter | Qt::AlignLeft | Qt::TextHideMnemonic,
                     painter.fontMetrics().elidedText(tab->text, elide, rect.width()));
    painter.restore();
}

void DroverStyle::drawHeader(const QStyleOption &option, QPainter &painter) const
{
    painter.fillRect(option.rect, m_look.color(Tint::Surface));
    const QRectF rect = option.rect;
    const QColor line = m_look.color(Tint::Border);
    drawHairline(painter, line, {rect.left(), rect.bottom() - 1}, {rect.right(), rect.bottom() - 1});
    const auto *header = qstyleoption_cast<const QStyleOptionHeader *>(&option);
    const bool last = !header || header->position == QStyleOptionHeader::End
                      || header->position == QStyleOptionHeader::OnlyOneSection;
    if (!last) {
        const qreal middle = rect.center().y();
        drawHairline(painter, line, {rect.right() - 1, middle - 8}, {rect.right() - 1, middle + 8});
    }
}

void DroverStyle::drawHeaderLabel(const QStyleOption &option, QPainter &painter) const
{
    const auto *header = qstyleoption_cast<const QStyleOptionHeader *>(&option);
    if (!header)
        return;
    painter.save();
    painter.setFont(m_look.font(FontUse::Caption));
    painter.setPen(m_look.color(Tint::Text2));
    QRect rect = header->rect;
    const bool sorted = header->sortIndicator != QStyleOptionHeader::None;
    if (sorted)
        rect.setRight(rect.right() - 12);
    const QString words = painter.fontMetrics().elidedText(header->text, Qt::ElideRight, rect.width());
    painter.drawText(rect, int(header->textAlignment | Qt::AlignVCenter) | Qt::TextSingleLine, words);
    painter.restore();
}

void DroverStyle::drawMenuItem(const QStyleOption &option, QPainter &painter, const QWidget *widget) const
{
    const auto *item = qstyleoption_cast<const QStyleOptionMenuItem *>(&option);
    if (!item)
        return;
    const QRect rect = item->rect;
    if (item->menuItemType == QStyleOptionMenuItem::Separator) {
        painter.fillRect(QRect(rect.left() + 8, rect.center().y(), rect.width() - 16, 1), m_look.color(Tint::Border));
        return;
    }
    const bool enabled = item->state & State_Enabled;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    if (item->state & State_Selected && enabled) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_look.color(Tint::Selection));
        painter.drawRoundedRect(QRectF(rect).adjusted(4, 1, -4, -1), 4, 4);
    }
    const QRect mark(rect.left() + 12, rect.center().y() - 7, 16, 16);
    if (item->checkType != QStyleOptionMenuItem::NotCheckable && item->checked)
        painter.drawPixmap(visualRect(item->direction, rect, mark),
                           m_look.pixmap(u"check"_s, Tint::Accent, 16, painter.device()->devicePixelRatioF()));
    else if (!item->icon.isNull())
        item->icon.paint(&painter, visualRect(item->direction, rect, mark), Qt::AlignCenter,
                         enabled ? QIcon::Normal : QIcon::Disabled);
    const QStringList parts = item->text.split(u'\t');
    const QRect words = visualRect(item->direction, rect, rect.adjusted(36, 0, -16, 0));
    painter.setFont(item->font);
    painter.setPen(m_look.color(enabled ? Tint::Text1 : Tint::Text3));
    const auto *menu = qobject_cast<const QMenu *>(widget);
    if (menu && menu->defaultAction() && menu->defaultAction()->text() == parts.first())
        painter.setFont(m_look.font(FontUse::BodyStrong));
    painter.drawText(words, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextHideMnemonic | Qt::TextSingleLine, parts.first());
    if (parts.size() > 1) {
        painter.setFont(m_look.font(FontUse::Caption));
        painter.setPen(m_look.color(Tint::Text3));
        painter.drawText(words, Qt::AlignVCenter | Qt::AlignRight | Qt::TextSingleLine, parts.at(1));
    }
    if (item->menuItemType == QStyleOptionMenuItem::SubMenu)
        painter.drawPixmap(visualRect(item->direction, rect, QRect(rect.right() - 20, rect.center().y() - 5, 12, 12)).topLeft(),
                           m_look.pixmap(u"chevron-right"_s, Tint::Text3, 12, painter.device()->devicePixelRatioF()));
    painter.restore();
}

void DroverStyle::drawProgress(const QStyleOption &option, QPainter &painter) const
{
    const auto *bar = qstyleoption_cast<const QStyleOptionProgressBar *>(&option);
    if (!bar)
        return;
    const qreal height = 4;
    const QRectF track(bar->rect.left(), bar->rect.center().y() - 1.5, bar->rect.width(), height);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(m_look.isHighContrast() ? QPen(m_look.color(Tint::BorderStrong)) : QPen(Qt::NoPen));
    painter.setBrush(m_look.color(Tint::Sunken));
    painter.drawRoundedRect(track, 2, 2);
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_look.color(Tint::Running));
    const qint64 range = qint64(bar->maximum) - bar->minimum;
    if (range > 0) {
        const qreal part = qreal(bar->progress - bar->minimum) / qreal(range);
        QRectF done = track;
        done.setWidth(std::max(0.0, track.width() * std::min(1.0, part)));
        painter.drawRoundedRect(done, 2, 2);
    } else { // nobody knows how far: a third of it, standing still
        painter.drawRoundedRect(QRectF(track.left() + track.width() / 3, track.top(), track.width() / 3, height), 2, 2);
    }
    painter.restore();
}

} // namespace Drover
