#pragma once

#include "backend/base/clock.h"
#include "backend/protocol/taskrequests.h"
#include "backend/store/stage.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <map>

namespace Drover {

class Store;

/// Those who wait for tasks or batches to end. They are told after the commit that ended the last
/// one, or when their patience ends, with the counts by then. State thread.
class Waits : public QObject
{
    Q_OBJECT

public:
    using Answer = std::function<void(const Awaited &)>;

    Waits(Store &store, const Clock &clock, QObject *parent = nullptr);

    /// `states` are those of all tasks waited for, as they are now.
    void forTasks(const QHash<TaskId, TaskState> &states, std::chrono::milliseconds patience, Answer answer);
    void forBatch(const Batch &batch, std::chrono::milliseconds patience, Answer answer);

private:
    struct Wait
    {
        QHash<TaskId, TaskState> states; ///< empty: for a batch
        BatchId batch;
        StateCounts counts;
        Instant until;
        Answer answer;
    };

    void add(Wait wait);
    void onCommitted(const std::shared_ptr<Stage> &stage);
    void onTimer();
    void answerAt(std::map<int, Wait>::iterator wait);
    void armTimer();

    const Clock &m_clock;
    std::map<int, Wait> m_waits;
    int m_lastWait = 0;
    QTimer m_timer;
};

} // namespace Drover
