#pragma once

#include "backend/queue/taskqueue.h"
#include "backend/store/events.h"
#include "backend/store/retentionqueries.h"

#include <QtCore/QTimer>

namespace Drover {

/// How long what is over stays; 0 of a number: no limit.
struct RetentionSettings
{
    std::chrono::milliseconds every {600'000};
    std::chrono::milliseconds finished {30LL * 86'400'000};
    qint64 finishedMost = 1'000'000;
    std::chrono::milliseconds outputs {14LL * 86'400'000};
    qint64 outputsMost = 10'000'000'000; ///< bytes of files
    std::chrono::milliseconds events {30LL * 86'400'000};
    std::chrono::milliseconds audit {365LL * 86'400'000};
    std::chrono::milliseconds trash {7LL * 86'400'000};
};

/// Puts away what ended long ago, empties the trash, and drops old output, events and audit. What is
/// kept (a task, or its batch) is left alone, and so is what something unfinished waits for.
///
/// It works through its steps in slices, each one question and one small commit, so that nobody
/// waits for it. Lives in the state thread.
class Retention : public QObject
{
    Q_OBJECT

public:
    Retention(Store &store, Ledger &ledger, const TaskQueue &queue, BatchBook &batches, Events &events,
              const Clock &clock, QObject *parent = nullptr);

    void setSettings(const RetentionSettings &settings);
    void restore();
    /// The store has failed: what was asked for before changes nothing.
    void forget();
    /// Looks at once: something was put away by hand.
    void soon();

    /// The answer to `sizeWanted`.
    void setOutputSize(qint64 bytes);

    static constexpr int sliceSize = 500;

signals:
    /// How many bytes the files of outputs take; setOutputSize().
    void sizeWanted();
    /// Nobody wants the files of these attempts any more; durable.
    void outputsRemoved(const QList<Drover::AttemptId> &attempts);
    /// All steps were done.
    void finished();

private:
    enum class Step { Surplus, Finished, Batches, TrashedTasks, TrashedBatches, OutputSize, Outputs, Events, Audit, Tombstones, Done };
    enum class Then { Again, Next };

    void begin();
    void run();
    void goOn(Then then);
    template<typename T>
    void ask(std::function<Result<T>(Database &)> question, std::function<Then(const T &)> answer);
    void putAway(const QList<AwayRow> &rows);
    void sweep(const QList<StreamSizes> &streams, const QList<TaskId> &tasks);
    void findSurplus();
    void putFinishedAway();
    void putBatchesAway();
    void sweepTasks();
    void sweepBatches();
    void dropOutputs();
    Then onOutputs(const QList<AwayRow> &tasks, const QList<StreamSizes> &streams);
    void sweepEvents();
    void sweepAudit();
    void tell();

    Store &m_store;
    Ledger &m_ledger;
    const TaskQueue &m_queue;
    BatchBook &m_batches;
    Events &m_events;
    const Clock &m_clock;
    RetentionSettings m_settings;
    QTimer m_timer;
    Step m_step = Step::Done;
    int m_history = 0;
    Instant m_surplus; // what ended until then is too much
    EndedPlace m_place; // of the walk over finished tasks
    EndedPlace m_outputs; // before it there are none any more but kept ones
    BatchId m_batch;
    qint64 m_tooManyBytes = 0;
    qint64 m_putAway = 0;
    qint64 m_swept = 0;
};

} // namespace Drover
