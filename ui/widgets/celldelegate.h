#pragma once

#include "ui/widgets/cell.h"
#include "ui/widgets/column.h"

#include <QtCore/QCache>
#include <QtGui/QStaticText>
#include <QtWidgets/QAbstractItemDelegate>

namespace Drover {

class Look;
enum class FontUse;

/// How the row of a cell stands, which no model knows.
struct RowLook
{
    bool hovered = false;
    bool selected = false;
    bool active = false; ///< the table has the focus
    bool odd = false;
    bool stale = false; ///< not connected: text goes to text2, shapes to text3, progress stops
};

/// Paints every cell of our tables itself, background and all: the style's own way asks a model
/// seven times a cell and takes twice as long. GUI thread; `look` outlives it.
class CellDelegate : public QAbstractItemDelegate
{
    Q_OBJECT

public:
    CellDelegate(const Look &look, QObject *parent);

    void setHoveredRow(int row) { m_hovered = row; }
    void setStale(bool stale) { m_stale = stale; }
    void setActive(bool active) { m_active = active; }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

    /// For what draws cells outside of a view.
    void paintCell(QPainter &painter, const QRect &rect, const Column &column, const Cell &cell,
                   const RowLook &row, int rowNumber) const;

private:
    struct Words
    {
        QStaticText text;
        qreal width = 0;
    };

    void paintText(QPainter &painter, QRectF rect, const Column &column, const Cell &cell, const RowLook &row) const;
    void paintNumber(QPainter &painter, const QRectF &rect, const Cell &cell, const RowLook &row) const;
    void paintProgress(QPainter &painter, const QRectF &rect, const Column &column, const Cell &cell,
                       const RowLook &row) const;
    void paintSpark(QPainter &painter, const QRectF &rect, const Cell &cell, const RowLook &row) const;
    void paintBar(QPainter &painter, const QRectF &rect, const Cell &cell, const RowLook &row) const;
    void paintSlots(QPainter &painter, const QRectF &rect, const Column &column, const Cell &cell,
                    const RowLook &row) const;
    void paintAbsent(QPainter &painter, const QRectF &rect, int rowNumber) const;
    qreal paintFold(QPainter &painter, const QRectF &rect, const Cell &cell) const;
    qreal write(QPainter &painter, const QRectF &rect, const QString &text, FontUse use, Tint tint,
                Qt::TextElideMode elide = Qt::ElideRight) const;
    const Words &words(const QString &text, FontUse use, qreal room, Qt::TextElideMode elide) const;
    const QFont &fontOf(FontUse use) const;
    void drawIcon(QPainter &painter, const QString &name, Tint tint, QPointF at, int size) const;
    static Tint textTint(Tint tint, const RowLook &row);
    static Tint shapeTint(Tint tint, const RowLook &row);
    void onLookChanged();

    const Look &m_look;
    int m_hovered = -1;
    bool m_stale = false;
    bool m_active = false;
    mutable QHash<int, QFont> m_fonts; // by FontUse
    mutable QCache<QString, Words> m_words {4096}; // laid out once; cells repeat
};

/// Where a tree's arrow is in a cell, so that a click finds it.
QRect foldRect(const Look &look, const QRect &cell, int indent);

} // namespace Drover
