#pragma once

#include "ui/batches/batchpage.h"
#include "ui/batches/timelinelanes.h"
#include "ui/shell/shell.h"

#include <QtCore/QTimer>

QT_FORWARD_DECLARE_CLASS(QToolButton)

namespace Drover {

class TimelineChart;

/// The timeline of a batch with what steers it: by worker or step, how much time, the legend. Follows
/// now while the batch is live and the person has not moved away.
class TimelinePage : public BatchPage
{
    Q_OBJECT

public:
    explicit TimelinePage(Shell &shell);

    QString id() const override { return QStringLiteral("timeline"); }
    void show(const Batch &batch, const QString &step) override;
    QWidget *corner() override { return m_corner; }

private:
    QWidget *makeCorner();
    void setLength(std::chrono::seconds length);
    void setBy(TimelineBy by);
    void follow();
    void onSpanWanted();
    void onTick();
    void ask();
    void onTimeline(const Result<Timeline> &timeline);
    void askOverview();
    void showAttempts();
    bool isLive() const { return !isSet(m_batch.ended) && m_batch.counts.started() > 0; }

    Shell &m_shell;
    Desk &m_desk;
    TimelineChart *m_chart;
    QToolButton *m_byButton;
    QToolButton *m_lengthButton;
    QWidget *m_corner;
    Batch m_batch;
    QString m_step;
    Timeline m_timeline;
    TimelineBy m_by = TimelineBy::Worker;
    std::chrono::seconds m_length {90 * 60}; // 0: the whole batch
    bool m_follows = true;
    bool m_asking = false;
    bool m_again = false;
    QTimer m_ticks {this};
    QTimer m_soon {this};
    int m_beats = 0;
};

} // namespace Drover
