#include "ui/widgets/celldelegate.h"

#include "ui/widgets/cellmodel.h"
#include "ui/widgets/digits.h"
#include "ui/widgets/look.h"
#include "ui/widgets/spark.h"

#include <QtGui/QPainter>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr int padding = 8;
constexpr int iconSize = 16;
constexpr int iconGap = 6;
constexpr int indentStep = 19;

} // namespace

QRect foldRect(const Look &look, const QRect &cell, int indent)
{
    const int step = look.scaled(indentStep);
    return {cell.left() + look.scaled(padding) / 2 + indent * step, cell.top(), step, cell.height()};
}

CellDelegate::CellDelegate(const Look &look, QObject *parent) : QAbstractItemDelegate(parent), m_look(look)
{
    connect(&look, &Look::changed, this, &CellDelegate::onLookChanged);
}

void CellDelegate::onLookChanged()
{
    m_fonts.clear();
    m_words.clear();
}

QSize CellDelegate::sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const
{
    return {m_look.scaled(60), m_look.rowHeight()};
}

const QFont &CellDelegate::fontOf(FontUse use) const
{
    const auto known = m_fonts.constFind(int(use));
    return known != m_fonts.cend() ? *known : *m_fonts.insert(int(use), m_look.font(use));
}

Tint CellDelegate::textTint(Tint tint, const RowLook &row)
{
    if (!row.stale)
        return tint;
    return tint == Tint::Text3 ? Tint::Text3 : Tint::Text2;
}

Tint CellDelegate::shapeTint(Tint tint, const RowLook &row)
{
    return row.stale ? Tint::Text3 : tint;
}

void CellDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const auto *model = qobject_cast<const CellModel *>(index.model());
    Q_ASSERT(model);
    const RowLook row {.hovered = index.row() == m_hovered,
                       .selected = bool(option.state & QStyle::State_Selected),
                       .active = m_active,
                       .odd = index.row() % 2 == 1,
                       .stale = m_stale};
    QModelRoleData wanted(CellRole);
    model->multiData(index, QModelRoleDataSpan(wanted));
    paintCell(*painter, option.rect, model->columnAt(index.column()), wanted.data().value<Cell>(), row, index.row());
}

void CellDelegate::paintCell(QPainter &painter, const QRect &rect, const Column &column, const Cell &cell,
                             const RowLook &row, int rowNumber) const
{
    Tint ground = row.odd ? Tint::Alt : Tint::Surface;
    if (row.selected)
        ground = row.active ? Tint::Selection : Tint::SelectionInactive;
    else if (row.hovered)
        ground = Tint::Hover;
    painter.fillRect(rect, m_look.color(ground));
    const int pad = m_look.scaled(padding);
    QRectF inside = QRectF(rect).adjusted(pad, 0, -pad, 0);
    if (inside.width() < 4)
        return;
    if (!cell.isHere) {
        paintAbsent(painter, inside, rowNumber);
        return;
    }
    if (cell.indent > 0 || cell.fold != Fold::None)
        inside.setLeft(paintFold(painter, rect, cell));
    switch (column.kind) {
    case CellKind::Text:
    case CellKind::State:
    case CellKind::Id: paintText(painter, inside, column, cell, row); break;
    case CellKind::Number: paintNumber(painter, inside, cell, row); break;
    case CellKind::Progress: paintProgress(painter, inside, column, cell, row); break;
    case CellKind::Spark: paintSpark(painter, inside, cell, row); break;
    case CellKind::Bar: paintBar(painter, inside, cell, row); break;
    case CellKind::Slots: paintSlots(painter, inside, column, cell, row); break;
    }
}

const CellDelegate::Words &CellDelegate::words(const QString &text, FontUse use, qreal room,
                                               Qt::TextElideMode elide) const
{
    const QString key = QChar(char16_t(use)) + text;
    Words *known = m_words.object(key);
    if (!known) {
        known = new Words;
        known->text.setTextFormat(Qt::PlainText);
        known->text.setPerformanceHint(QStaticText::AggressiveCaching);
        known->text.setText(text);
        known->text.prepare({}, fontOf(use));
        known->width = known->text.size().width();
        m_words.insert(key, known);
    }
    if (known->width <= room || room <= 0)
        return *known;
    const QString shortKey = key + QChar(0) + QString::number(int(room));
    Words *elided = m_words.object(shortKey);
    if (!elided) {
        elided = new Words;
        elided->text.setTextFormat(Qt::PlainText);
        elided->text.setText(QFontMetricsF(fontOf(use)).elidedText(text, elide, room));
        elided->text.prepare({}, fontOf(use));
        elided->width = elided->text.size().width();
        m_words.insert(shortKey, elided);
    }
    return *elided;
}

qreal CellDelegate::write(QPainter &painter, const QRectF &rect, const QString &text, FontUse use, Tint tint,
                          Qt::TextElideMode elide) const
{
    if (text.isEmpty() || rect.width() < 4)
        return 0;
    const Words &laid = words(text.contains(u'\n') ? QString(text).replace(u'\n', u' ') : text, use, rect.width(), elide);
    painter.setPen(m_look.color(tint));
    painter.setFont(fontOf(use));
    const qreal y = rect.top() + (rect.height() - laid.text.size().height()) / 2;
    painter.drawStaticText(QPointF(rect.left(), std::round(y)), laid.text);
    return std::min(laid.width, rect.width());
}

void CellDelegate::drawIcon(QPainter &painter, const QString &name, Tint tint, QPointF at, int size) const
{
    painter.drawPixmap(at, m_look.pixmap(name, tint, size, painter.device()->devicePixelRatioF()));
}

void CellDelegate::paintText(QPainter &painter, QRectF rect, const Column &column, const Cell &cell,
                             const RowLook &row) const
{
    const int size = m_look.scaled(iconSize);
    const int gap = m_look.scaled(iconGap);
    if (!cell.icon.isEmpty()) {
        drawIcon(painter, cell.icon, shapeTint(cell.tint, row),
                 {rect.left(), std::round(rect.top() + (rect.height() - size) / 2)}, size);
        rect.setLeft(rect.left() + size + gap);
    }
    FontUse use = cell.strong ? FontUse::BodyStrong : FontUse::Body;
    if (column.kind == CellKind::State)
        use = FontUse::BodyMedium;
    else if (column.kind == CellKind::Id)
        use = FontUse::Mono;
    rect.setLeft(rect.left() + write(painter, rect, cell.text, use, textTint(cell.tint, row), column.elide) + gap);
    if (!cell.aside.isEmpty()) {
        rect.setLeft(rect.left() + write(painter, rect, cell.aside, FontUse::Body, Tint::Text3) + gap);
    }
    if (!cell.mark.isEmpty() && rect.width() >= size - gap) {
        drawIcon(painter, cell.mark, shapeTint(cell.markTint, row),
                 {rect.left(), std::round(rect.top() + (rect.height() - size + 2) / 2)}, size - 2);
    }
}

void CellDelegate::paintNumber(QPainter &painter, const QRectF &rect, const Cell &cell, const RowLook &row) const
{
    const FontUse use = cell.strong ? FontUse::BodyStrong : FontUse::Body;
    if (digitsWidth(fontOf(use), cell.text) > rect.width()) {
        write(painter, rect, cell.text, use, textTint(cell.tint, row));
        return;
    }
    painter.setPen(m_look.color(textTint(cell.tint, row)));
    drawDigits(painter, fontOf(use), rect, Qt::AlignRight | Qt::AlignVCenter, cell.text);
}

void CellDelegate::paintProgress(QPainter &painter, const QRectF &rect, const Column &column, const Cell &cell,
                                 const RowLook &row) const
{
    if (cell.part < 0) {
        paintText(painter, rect, column, cell, row);
        return;
    }
    const qreal numberWidth = m_look.scaled(32);
    const qreal thick = m_look.scaled(4);
    const QRectF track(rect.left(), std::round(rect.center().y() - thick / 2),
                       std::max(0.0, rect.width() - numberWidth - m_look.scaled(6)), thick);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(m_look.isHighContrast() ? QPen(m_look.color(Tint::BorderStrong), 1) : QPen(Qt::NoPen));
    painter.setBrush(m_look.color(Tint::Sunken));
    painter.drawRoundedRect(track, thick / 2, thick / 2);
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_look.color(shapeTint(cell.barTint, row)));
    QRectF done = track;
    done.setWidth(std::max(thick, track.width() * std::clamp(cell.part, 0.0, 1.0)));
    painter.drawRoundedRect(done, thick / 2, thick / 2);
    painter.restore();
    painter.setPen(m_look.color(textTint(cell.tint, row)));
    drawDigits(painter, fontOf(FontUse::Body), rect, Qt::AlignRight | Qt::AlignVCenter, cell.text);
}

void CellDelegate::paintSpark(QPainter &painter, const QRectF &rect, const Cell &cell, const RowLook &row) const
{
    const qreal numberWidth = m_look.scaled(32);
    painter.setPen(m_look.color(textTint(cell.tint, row)));
    drawDigits(painter, fontOf(FontUse::Body), QRectF(rect.left(), rect.top(), numberWidth, rect.height()),
               Qt::AlignRight | Qt::AlignVCenter, cell.text);
    const qreal height = m_look.scaled(16);
    const QRectF curve(rect.left() + numberWidth + m_look.scaled(7), std::round(rect.center().y() - height / 2),
                       std::min<qreal>(m_look.scaled(42), rect.width() - numberWidth - m_look.scaled(7)), height);
    if (curve.width() > 8)
        drawSpark(painter, m_look, curve, cell.curve, shapeTint(cell.barTint, row));
}

void CellDelegate::paintBar(QPainter &painter, const QRectF &rect, const Cell &cell, const RowLook &row) const
{
    const qreal height = m_look.scaled(9);
    QList<Segment> segments = cell.segments;
    for (Segment &segment : segments)
        segment.tint = shapeTint(segment.tint, row);
    drawStateBar(painter, m_look, QRectF(rect.left(), std::round(rect.center().y() - height / 2), rect.width(), height),
                 segments, cell.rest);
}

void CellDelegate::paintSlots(QPainter &painter, const QRectF &rect, const Column &column, const Cell &cell,
                              const RowLook &row) const
{
    if (cell.all <= 0) {
        paintText(painter, rect, column, cell, row);
        return;
    }
    const qreal height = m_look.scaled(7);
    const QRectF track(rect.left(), std::round(rect.center().y() - height / 2),
                       std::min<qreal>(m_look.scaled(52), rect.width()), height);
    drawSlots(painter, m_look, track, cell.used, cell.all, shapeTint(cell.barTint, row));
    QRectF number = rect;
    number.setLeft(track.right() + m_look.scaled(7));
    if (number.width() < 10)
        return;
    painter.setPen(m_look.color(textTint(cell.tint, row)));
    drawDigits(painter, fontOf(FontUse::Body), number, Qt::AlignLeft | Qt::AlignVCenter, cell.text);
}

void CellDelegate::paintAbsent(QPainter &painter, const QRectF &rect, int rowNumber) const
{
    // 40 to 70 % wide, by row number: the same at each painting.
    const qreal part = 0.4 + 0.3 * ((rowNumber * 7919) % 101) / 100.0;
    const qreal height = m_look.scaled(8);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_look.color(Tint::Sunken));
    painter.drawRoundedRect(QRectF(rect.left(), std::round(rect.center().y() - height / 2), rect.width() * part, height),
                            3, 3);
    painter.restore();
}

qreal CellDelegate::paintFold(QPainter &painter, const QRectF &rect, const Cell &cell) const
{
    const QRect arrow = foldRect(m_look, rect.toRect(), cell.indent);
    if (cell.fold != Fold::None) {
        const int size = m_look.scaled(14);
        drawIcon(painter, cell.fold == Fold::Open ? u"chevron-down"_s : u"chevron-right"_s, Tint::Text3,
                 {qreal(arrow.left()), std::round(arrow.top() + (arrow.height() - size) / 2.0)}, size);
    }
    return arrow.right() + 1;
}

} // namespace Drover
