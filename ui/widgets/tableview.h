#pragma once

#include "ui/widgets/cellmodel.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QJsonObject>
#include <QtWidgets/QTableView>

#include <functional>

QT_FORWARD_DECLARE_CLASS(QMenu)

namespace Drover {

class CellDelegate;
class Look;
class OrderPill;
class TableHeader;
class TableOverlay;

/// A table as look.md draws it, over a CellModel: rows of one height, a header that asks for an order
/// and has a chooser of columns, the row under the pointer, the focus of a row, what to show when
/// there are no rows, and the rules by which rows stay where they are. Never a proxy, never sections
/// that fit themselves to their contents: both stop the program at a million rows.
///
/// GUI thread; `look` outlives it.
class TableView : public QTableView
{
    Q_OBJECT

public:
    explicit TableView(const Look &look, QWidget *parent = nullptr);

    void setCells(CellModel *model);
    CellModel *cells() const { return m_model; }

    // ---- columns

    /// Widths, which are shown, their places, by id; new columns of a later version stand where they
    /// are by default.
    QJsonObject savedColumns() const;
    void restoreColumns(const QJsonObject &saved);
    void setColumnShown(const QString &id, bool shown);
    bool isColumnShown(const QString &id) const;
    QList<int> shownColumns() const; ///< as they stand, from the left
    void fillChooser(QMenu &menu); ///< one checkable entry a column, and "As they were"
    /// What it is sorted by, as shown in the header; does not sort.
    void setOrder(const QString &order);
    QString order() const;

    // ---- rows

    int firstVisibleRow() const; ///< -1: none
    int lastVisibleRow() const;
    /// Rows may not move now: a menu is open, a drag runs, a key was pressed less than 1 s ago, or the
    /// pointer rests on a selected row.
    bool isFrozen() const;
    /// Opens a menu at the place; frozen until it has closed.
    void popUp(QMenu *menu, const QPoint &globalPosition);
    /// Ctrl+A asks (`allAsked`) instead of marking each row.
    void setAsksForAll(bool asks) { m_asksForAll = asks; }
    /// Not connected: drawn as such; look.md, Stale.
    void setStale(bool stale);
    /// As text for the clipboard: the columns shown of selected rows, with tabs.
    QString copiedSelection() const;

    // ---- over the rows

    void showLoading(std::function<void()> cancel = {});
    void showReason(const QString &sentence, const QString &action = {}, std::function<void()> act = {},
                    const QString &icon = QStringLiteral("search"));
    void showFailure(const QString &sentence, const QString &details, std::function<void()> retry);
    void showRows(); ///< nothing over them
    void setNews(qint64 rowsThatWouldMove, bool many); ///< the pill

    /// Whether the last thing a person did to the selection began a new one.
    bool lastCommandClears() const { return m_clears; }

    void selectAll() override;
    void keyboardSearch(const QString &) override { } // would read every row

signals:
    void orderAsked(const QString &order);
    void columnsChanged(); ///< to be kept
    void refreshAsked(); ///< the pill was clicked
    void allAsked();
    void opened(const QModelIndex &index); ///< Enter, or a double click
    void menuAsked(const QPoint &globalPosition);
    void foldAsked(int row, bool open);
    void visibleRowsChanged(); ///< scrolled or resized
    void focusChanged(bool has);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void scrollContentsBy(int dx, int dy) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void startDrag(Qt::DropActions actions) override;
    QItemSelectionModel::SelectionFlags selectionCommand(const QModelIndex &index, const QEvent *event) const override;

private:
    void applyLook();
    void useDefaults();
    void stretch();
    void onSectionResized(int logical, int before, int now);
    void setHovered(int row);
    void updateRow(int row);
    void placeOver();
    bool foldAt(const QPoint &place);
    Fold foldOf(int row, int *indent) const;
    QRect rowRect(int row) const;
    void setActive(bool active);

    const Look &m_look;
    CellModel *m_model = nullptr;
    CellDelegate *m_delegate;
    TableHeader *m_header;
    TableOverlay *m_overlay;
    OrderPill *m_pill;
    QElapsedTimer m_key; // since the last key press
    int m_hovered = -1;
    int m_openMenus = 0;
    bool m_dragging = false;
    bool m_asksForAll = false;
    mutable bool m_clears = true;
    bool m_laying = false; // sections are resized by us
    bool m_loading = false;
};

} // namespace Drover
