#include "tests/backend/queue/farm.h"

#include "backend/protocol/submissionrequests.h"
#include "backend/protocol/taskrequests.h"
#include "backend/store/queries.h"

using namespace Qt::StringLiterals;

namespace Drover {

Farm::Farm(std::chrono::milliseconds lease)
    : folder(QDir("/dev/shm").exists() ? QString("/dev/shm/farm-XXXXXX") : QDir::tempPath() + "/farm-XXXXXX"), m_lease(lease)
{
    // The store reads the keys of the last 24 hours by the clock on the wall.
    clock.jump(SystemClock().now() - clock.now());
    build();
}

void Farm::build()
{
    submissions.reset();
    specs.reset();
    attempts.reset();
    blobs.reset();
    queue.reset();
    batches.reset();
    ledger.reset();
    store.reset();
    store = std::make_unique<Store>(StoreSettings {.dataDirectory = folder.path()});
    ledger = std::make_unique<Ledger>(*store);
    batches = std::make_unique<BatchBook>(*store, *ledger);
    queue = std::make_unique<TaskQueue>(*store, *ledger, *batches, clock);
    blobs = std::make_unique<Blobs>(*store, clock);
    attempts = std::make_unique<Attempts>(*store, *ledger, *queue, *batches, *blobs, clock);
    specs = std::make_unique<SpecCache>();
    submissions = std::make_unique<Submissions>(*store, *ledger, *queue, *batches, *specs, *blobs, clock);
    store->beforeHandOver([this](Stage &) { batches->stageChanged(clock.now()); });
    QObject::connect(attempts.get(), &Attempts::ordered, attempts.get(),
                     [this](MachineId machine, const Order &order) { orders.append({machine, order}); });
    const Result<void> opened = store->open();
    if (!opened)
        qFatal("%s", qPrintable(opened.error().message));
    const Result<Snapshot> snapshot = store->load();
    if (!snapshot)
        qFatal("%s", qPrintable(snapshot.error().message));
    ledger->restore(*snapshot);
    batches->restore(*snapshot);
    queue->restore(*snapshot);
    blobs->restore(*snapshot);
    attempts->restore(*snapshot);
    submissions->restore(*snapshot);
}

void Farm::restart()
{
    commit();
    build();
}

void Farm::commit()
{
    const Result<void> done = store->flush();
    if (!done)
        qFatal("%s", qPrintable(done.error().message));
}

TaskSpec Farm::task(const QString &name, const QStringList &after)
{
    TaskSpec spec;
    spec.name = name;
    spec.command = {"run", name};
    spec.after = after;
    return spec;
}

Result<Submitted> Farm::submit(const QList<TaskSpec> &tasks, const QString &key)
{
    const Result<QList<PreparedSpec>> prepared = prepareSpecs(tasks);
    if (!prepared)
        return prepared.error();
    if (const auto known = submissions->repeated("ann", key))
        return *known;
    Submit request;
    request.batch = "b";
    request.key = key;
    Result<Submitted> submitted = submissions->submit(request, *prepared, "ann", {});
    if (submitted)
        batches->change(submitted->batch, [this](Batch &batch) { batch.lease = m_lease; });
    return submitted;
}

AttemptId Farm::assign(int machine)
{
    const TaskId id = queue->ready().batches().begin()->second.begin()->second.begin()->id;
    SpecCache::Spec spec = specs->find(id);
    if (!spec)
        spec = std::make_shared<const TaskSpec>(task("again"));
    return attempts->assign(id, MachineId {machine}, QString("m%1").arg(machine), spec).id();
}

void Farm::report(int machine, AttemptId attempt, ReportKind kind)
{
    Report report;
    report.task = attempt.task;
    report.n = attempt.n;
    report.kind = kind;
    report.at = clock.now();
    attempts->apply(MachineId {machine}, report);
}

void Farm::end(int machine, AttemptId attempt, int exitCode, EndReason reason)
{
    Report report;
    report.task = attempt.task;
    report.n = attempt.n;
    report.kind = ReportKind::Ended;
    report.at = clock.now();
    report.started = clock.now();
    report.endReason = reason;
    if (reason == EndReason::Exited)
        report.exitCode = exitCode;
    attempts->apply(MachineId {machine}, report);
}

QString Farm::printOne(TaskId id)
{
    return print().value(id.value - 1);
}

QStringList Farm::ordered()
{
    QStringList lines;
    for (const auto &[machine, order] : std::exchange(orders, {}))
        lines.append(QString("%1 %2 %3").arg(machine.value).arg(enumText(order.kind), printed(order.id())));
    return lines;
}

QStringList Farm::print()
{
    commit();
    QStringList lines;
    bool answered = false;
    store->ask<TaskPage>(
        queue.get(), [](Database &db) { return listTasks(db, {.where = {}, .order = u"id"_s, .limit = 1000}, {}); },
        [&](const Result<TaskPage> &page) {
            answered = true;
            if (!page) {
                lines.append(page.error().message);
                return;
            }
            for (const Task &task : page->tasks) {
                QString line = task.name + ' ' + enumText(task.state);
                if (task.currentAttempt && !isFinished(task.state))
                    line += QString(" %1").arg(task.currentAttempt);
                if (task.endReason != EndReason::None)
                    line += ' ' + enumText(task.endReason);
                if (task.exitCode && *task.exitCode != 0)
                    line += QString(" %1").arg(*task.exitCode);
                if (task.unreachable)
                    line += " unreachable";
                if (task.held)
                    line += " held";
                if (task.paused)
                    line += " pause";
                lines.append(line);
            }
        });
    if (!QTest::qWaitFor([&] { return answered; }, 10'000))
        qFatal("the store did not answer");
    return lines;
}

} // namespace Drover
