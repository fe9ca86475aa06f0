#pragma once

#include "ui/log/logdocument.h"
#include "ui/log/logline.h"
#include "ui/log/logsearch.h"

#include <QtCore/QCache>
#include <QtCore/QSet>
#include <QtWidgets/QAbstractScrollArea>

namespace Drover {

class LogLane;
class Look;

/// Draws a LogDocument: number, level, time and text of what is in sight, and of nothing else, so
/// that a gigabyte costs what a page costs. Places are byte offsets; the scroll bar measures bytes.
/// What is not here yet shows as grey bars. `document` and `look` outlive it. GUI thread.
class LogView : public QAbstractScrollArea
{
    Q_OBJECT

public:
    LogView(LogDocument &document, LogSearch &search, const Look &look, QWidget *parent = nullptr);
    ~LogView() override;

    LogDocument &document() { return m_document; }
    const LogSearch &search() const { return m_search; }

    bool follows() const { return m_follows; }
    void setFollows(bool follows);
    bool wraps() const { return m_wraps; }
    void setWraps(bool wraps);
    bool showsMoments() const { return m_showsMoments; }
    void setShowsMoments(bool shows);

    qint64 top() const { return m_top; } ///< offset of the first row in sight
    int visibleRows() const;
    /// Brings the row with that byte into sight, a third from the top unless it is in sight already.
    void show(qint64 offset);
    void scrollTo(qint64 offset); ///< to the top
    bool showWrapped(qint64 begin, qint64 offset);
    void scrollToEnd();

    struct Range
    {
        qint64 begin = 0;
        qint64 end = 0;

        bool isEmpty() const { return begin >= end; }
        qint64 size() const { return end - begin; }
    };
    Range selection() const { return {std::min(m_anchor, m_cursor), std::max(m_anchor, m_cursor)}; }
    void select(const Range &range);
    void selectAll() { select({0, m_document.size()}); }
    qint64 cursor() const { return m_cursor; }

    const QSet<qint64> &bookmarks() const { return m_bookmarks; } ///< where rows begin
    void setBookmarks(const QSet<qint64> &bookmarks);
    void toggleBookmark(qint64 begin);
    void goToBookmark(int direction); ///< 1 next, -1 previous

    /// The rows in sight as a person reads them, for the screen reader.
    QStringList visibleText() const;
    QString textOfRow(qint64 begin) const;
    QRect rectOfRow(qint64 begin) const;

signals:
    void followsChanged(bool follows);
    void selectionChanged();
    void topChanged();
    void bookmarksChanged();
    void copyWanted();
    void findWanted();
    void menuWanted(const QPoint &global);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void changeEvent(QEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void timerEvent(QTimerEvent *event) override;
    void scrollContentsBy(int dx, int dy) override;

private:
    friend class LogPainter;
    /// A row as it lies in the viewport.
    struct Placed
    {
        LogRow row;
        int y = 0; ///< of its first line; may be above the viewport
        int lines = 1; ///< it takes, wrapped
    };
    /// Where columns begin; look.md, Log.
    struct Columns
    {
        int gutter = 0;
        int time = 0;
        int level = 0;
        int text = 0;
        int end = 0;
    };

    void restyle();
    void updateColumns();
    void place();
    int linesOf(const LogRow &row);
    const LogLine &lineOf(const LogRow &row);
    std::optional<qint64> endTop(int *sub);
    void setTop(qint64 top, int sub);
    void stepLines(int lines);
    void updateBars();
    void onChanged();
    void onArrived();
    void onReset();
    void tryPending();
    qint64 offsetAt(const QPoint &position, bool *inGutter = nullptr) const;
    void moveCursor(qint64 offset, bool selects);
    void moveCursorBy(int rows, bool selects);
    int columnsInSight() const;

    LogDocument &m_document;
    LogSearch &m_search;
    const Look &m_look;
    LogLane *m_lane;
    QCache<qint64, LogLine> m_lines{4 * 1024 * 1024}; // by begin; costs are bytes
    std::vector<Placed> m_placed;
    Columns m_columns;
    QFont m_font;
    qreal m_cell = 8; // width of a character
    int m_lineHeight = 18;
    int m_ascent = 12;
    qint64 m_top = 0;
    int m_topSub = 0; // of a wrapped row: lines above the viewport
    qint64 m_column = 0; // scrolled to the right
    qsizetype m_widest = 0; // columns of rows that were in sight
    enum class Pending { None, Top, Show, End };
    Pending m_pending = Pending::End; // a place to go to when its blocks are here
    qint64 m_pendingOffset = 0;
    int m_pendingSteps = 0;
    qint64 m_endTop = 0; // of the last page
    bool m_follows = true;
    bool m_wraps = false;
    bool m_showsMoments = true;
    bool m_isSettingBars = false;
    qint64 m_anchor = 0;
    qint64 m_cursor = 0;
    bool m_isSelecting = false;
    int m_dragTimer = 0;
    QPoint m_dragPosition;
    QSet<qint64> m_bookmarks;
};

} // namespace Drover
