#pragma once

#include "ui/batches/timelinelanes.h"
#include "ui/widgets/theme.h"

#include <QtCore/QHash>
#include <QtWidgets/QAbstractScrollArea>

#include <optional>

namespace Drover {

class Look;

/// A worker as its lane shows it.
struct LaneMachine
{
    int slotCount = 0;
    bool draining = false;
};

/// Who ran what, when: one lane a worker, time from left to right, and a strip below with the whole of
/// the batch (look.md, Timeline). Ctrl and wheel zoom, dragging and the arrow keys move; it asks for
/// another span by a signal and shows what it has meanwhile. GUI thread; `look` outlives it.
class TimelineChart : public QAbstractScrollArea
{
    Q_OBJECT

public:
    explicit TimelineChart(const Look &look, QWidget *parent = nullptr);

    /// Attempts of a span that contains the one shown. Scroll and selection stay.
    void setAttempts(const QList<TimelineAttempt> &attempts, TimelineBy by);
    void setMachines(const QHash<MachineId, LaneMachine> &machines);
    /// How much ran over the whole life of the batch.
    void setOverview(const CountSeries &counts);
    /// Where the line of now stands; none: the batch is over.
    void setNow(Instant now);
    void setSpan(Instant from, Instant to);
    /// What it stands for when there is nothing to be seen.
    void setEmptyText(const QString &text);

    Instant from() const { return m_from; }
    Instant to() const { return m_to; }
    int laneCount() const { return int(m_lanes.size()); }
    /// In the viewport; empty where it is out of sight.
    QRectF rectOf(TaskId task, int n) const;
    AttemptId selected() const { return m_selected; }

    QSize sizeHint() const override { return {600, 260}; }

signals:
    void spanWanted(Drover::Instant from, Drover::Instant to);
    void attemptSelected(Drover::TaskId task, int n);
    void attemptOpened(Drover::TaskId task, int n);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    bool viewportEvent(QEvent *event) override;

private:
    struct Hit
    {
        const TimelineLane *lane = nullptr;
        const TimelineBar *bar = nullptr;
    };
    enum class Drag { None, Lanes, Overview };

    int nameWidth() const;
    int axisHeight() const;
    int stripHeight() const;
    int laneHeight(const TimelineLane &lane) const;
    int barHeight(const TimelineLane &lane) const;
    QRect lanesRect() const;
    QRect stripRect() const;
    double xOf(Instant instant) const;
    Instant instantAt(double x) const;
    double stripX(Instant instant) const;
    Instant stripInstant(double x) const;
    QRectF barRect(const TimelineBar &bar, const TimelineLane &lane, int laneTop) const;
    Hit hitAt(QPointF at) const;
    QString tipOf(const TimelineBar &bar) const;
    QString clock(Instant instant, bool withSeconds) const;
    std::chrono::seconds tick() const;
    void updateScroll();
    void ask(Instant from, Instant to);
    void zoom(double factor, Instant around);

    void paintAxis(QPainter &painter) const;
    void paintGrid(QPainter &painter) const;
    void paintLane(QPainter &painter, const TimelineLane &lane, int top) const;
    void paintBar(QPainter &painter, const TimelineBar &bar, const QRectF &rect) const;
    void paintDraining(QPainter &painter, const TimelineLane &lane, int top) const;
    void paintNow(QPainter &painter) const;
    void paintStrip(QPainter &painter) const;

    const Look &m_look;
    QList<TimelineLane> m_lanes;
    QHash<MachineId, LaneMachine> m_machines;
    CountSeries m_overview;
    Instant m_from;
    Instant m_to;
    Instant m_now; // never: the batch is over
    QString m_empty;
    AttemptId m_selected;
    Drag m_drag = Drag::None;
    QPointF m_dragFrom;
    Instant m_dragSpan; // where the span began when the drag did
};

} // namespace Drover
