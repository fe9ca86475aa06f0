#pragma once

#include "backend/protocol/submissionrequests.h"
#include "backend/queue/attempts.h"
#include "backend/queue/submissions.h"
#include "backend/store/store.h"
#include "tests/support/fakeclock.h"
#include "tests/support/verify.h"

#include <QtCore/QTemporaryDir>

#include <memory>

namespace Drover {

/// The queue on a real store, in a folder in memory, with a clock that stands still; printed as
/// text. Machines are numbers: the fleet is not part of it.
class Farm
{
public:
    explicit Farm(std::chrono::milliseconds lease = std::chrono::minutes(10));

    /// Throws everything in memory away and reads it again, as a restart does.
    void restart();
    void commit();

    /// Submits to the batch `b`; names of `after` are names of these tasks.
    Result<Submitted> submit(const QList<TaskSpec> &specs, const QString &key = {});
    static TaskSpec task(const QString &name, const QStringList &after = {});

    /// The first ready task goes to that machine.
    AttemptId assign(int machine);
    void report(int machine, AttemptId attempt, ReportKind kind);
    void end(int machine, AttemptId attempt, int exitCode, EndReason reason = EndReason::Exited);

    /// "align queued", "align running 2", "align failed exited 3": every task, by id.
    QStringList print();
    QString printOne(TaskId id);
    /// "1 freeze 7-2": machine, order and attempt, all since the last look.
    QStringList ordered();

    FakeClock clock;
    QTemporaryDir folder;
    std::unique_ptr<Store> store;
    std::unique_ptr<Ledger> ledger;
    std::unique_ptr<BatchBook> batches;
    std::unique_ptr<TaskQueue> queue;
    std::unique_ptr<Blobs> blobs;
    std::unique_ptr<Attempts> attempts;
    std::unique_ptr<SpecCache> specs;
    std::unique_ptr<Submissions> submissions;
    QList<std::pair<MachineId, Order>> orders;

private:
    void build();

    std::chrono::milliseconds m_lease;
};

} // namespace Drover
