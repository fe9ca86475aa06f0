#pragma once

#include "app/mirror/mirror.h"
#include "backend/protocol/explainrequests.h"
#include "backend/protocol/gaugerequests.h"

namespace Drover {

/// All that is known of one task, asked again every two seconds as long as somebody looks: one that
/// has ended may be retried. GUI thread.
class TaskSource : public QObject
{
    Q_OBJECT

public:
    explicit TaskSource(Mirror &mirror, QObject *parent = nullptr);

    void setTask(TaskId id);
    TaskId id() const { return m_id; }
    /// Nobody looks: nothing is asked.
    void setWatched(bool watched);
    void askNow();

    const TaskDetail *detail() const { return m_detail ? &*m_detail : nullptr; }
    const Explanation *explanation() const { return m_explanation ? &*m_explanation : nullptr; }
    const AttemptGauge *gauge() const { return m_gauge ? &*m_gauge : nullptr; }
    /// What its memory was since somebody looks.
    const QList<std::pair<Instant, double>> &memory() const { return m_memory; }
    /// Why nothing is known; it was put away, or may not be seen.
    const std::optional<Error> &error() const { return m_error; }

signals:
    void changed();

private:
    void onDetail(TaskId id, const Result<TaskDetail> &detail);
    void onGauges(TaskId id, const Result<TaskGauges> &gauges);
    void explain();

    Mirror &m_mirror;
    TaskId m_id;
    bool m_watched = false;
    bool m_asking = false;
    std::optional<TaskDetail> m_detail;
    std::optional<Explanation> m_explanation;
    std::optional<AttemptGauge> m_gauge;
    std::optional<Error> m_error;
    QList<std::pair<Instant, double>> m_memory;
    QTimer m_timer;
};

} // namespace Drover
