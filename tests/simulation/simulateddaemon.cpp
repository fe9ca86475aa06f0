#include "tests/simulation/simulateddaemon.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QElapsedTimer>
#include <QtCore/QThread>

namespace Drover {

namespace {

constexpr int longestAnswer = 60'000; // ms of real time

void must(const Result<void> &done)
{
    if (!done)
        qFatal("%s", qPrintable(printed(done.error())));
}

} // namespace

SimulatedDaemon::Rooms::Rooms(const QString &folder, const Clock &clock, const SimulatedSettings &settings)
    : store(StoreSettings {.dataDirectory = folder, .readers = 1})
    , ledger(store)
    , batches(store, ledger, settings.lease)
    , queue(store, ledger, batches, clock)
    , blobs(store, clock)
    , attempts(store, ledger, queue, batches, blobs, clock, settings.mostPoison)
    , submissions(store, ledger, queue, batches, specs, blobs, clock)
    , fleet(store, ledger, clock)
    , dispatcher(store, ledger, queue, batches, attempts, fleet, specs, clock, settings.dispatch)
{
}

SimulatedDaemon::SimulatedDaemon(const FakeClock &clock, History &history, const SimulatedSettings &settings)
    : m_clock(clock), m_history(history), m_settings(settings)
{
}

void SimulatedDaemon::start()
{
    m_rooms = std::make_unique<Rooms>(m_folder.path(), m_clock, m_settings);
    Rooms &rooms = *m_rooms;
    connect(&rooms.dispatcher, &Dispatcher::send, this, &SimulatedDaemon::send);
    connect(&rooms.dispatcher, &Dispatcher::helloWanted, this, &SimulatedDaemon::helloWanted);
    connect(&rooms.store, &Store::committed, this, [this](const std::shared_ptr<Stage> &stage) {
        m_history.committed(*stage, m_clock.now());
    });
    connect(&rooms.attempts, &Attempts::ordered, this, [this](MachineId, const Order &order) {
        if (order.kind == OrderKind::Stop || order.kind == OrderKind::Kill)
            m_history.stopOrdered(order.id());
    });
    rooms.store.beforeHandOver([this](Stage &stage) {
        if (m_isDying)
            m_underWay = stage;
    });
    must(rooms.store.open());
    const Result<Snapshot> snapshot = rooms.store.load();
    if (!snapshot)
        qFatal("%s", qPrintable(printed(snapshot.error())));
    rooms.ledger.restore(*snapshot);
    rooms.batches.restore(*snapshot);
    rooms.fleet.restore(*snapshot);
    rooms.queue.restore(*snapshot);
    rooms.blobs.restore(*snapshot);
    rooms.attempts.restore(*snapshot);
    rooms.submissions.restore(*snapshot);
    rooms.dispatcher.restore(*snapshot);
    compareWithDurable();
    rooms.dispatcher.start(); // its timers never fire: nobody turns the event loop
    settle();
}

void SimulatedDaemon::compareWithDurable()
{
    QList<History::Row> tasks;
    QList<AttemptId> attempts;
    const QList<TaskId> known = m_history.rows().keys();
    for (const TaskId id : known) {
        const TaskRecord *task = m_rooms->queue.find(id);
        if (!task)
            continue;
        tasks.append({.id = id,
                      .batch = task->batch,
                      .state = task->state,
                      .held = task->held,
                      .paused = task->paused,
                      .cancelling = task->cancelWanted,
                      .priority = task->priority,
                      .specNumber = task->specNumber,
                      .lastAttempt = task->lastAttempt,
                      .currentAttempt = task->currentAttempt,
                      .waitsFor = task->waitsFor,
                      .failures = task->failures,
                      .poison = task->poison,
                      .notBefore = task->notBefore});
    }
    if (tasks.size() != m_rooms->queue.unfinished())
        qFatal("a restart made up tasks");
    for (const MachineRecord &machine : m_rooms->fleet.all())
        attempts += m_rooms->attempts.on(machine.row.id);
    m_history.restarted(tasks, attempts);
}

void SimulatedDaemon::die(Death death)
{
    if (death == Death::Clean)
        settle();
    // The hand-over alone: the writer has it, and its answer meets nobody.
    m_isDying = death == Death::DuringCommit;
    if (m_isDying)
        QCoreApplication::sendPostedEvents(&m_rooms->store, QEvent::MetaCall);
    m_isDying = false;
    m_rooms.reset();
    if (const std::optional<Stage> durable = std::exchange(m_underWay, {}))
        m_history.committed(*durable, m_clock.now());
    m_history.forgetExpected();
}

void SimulatedDaemon::waitUntil(const std::function<bool()> &condition)
{
    QElapsedTimer timer;
    timer.start();
    while (!condition()) {
        QCoreApplication::sendPostedEvents(&m_rooms->store, QEvent::MetaCall);
        if (timer.elapsed() > longestAnswer)
            qFatal("the database does not answer");
        QThread::yieldCurrentThread();
    }
}

void SimulatedDaemon::settle()
{
    must(m_rooms->store.flush());
    while (m_rooms->dispatcher.isReadingAhead()) {
        // Questions are answered in order: what the dispatcher asked was answered before this.
        (void)read<int>([](Database &) { return Result<int>(0); });
        must(m_rooms->store.flush());
    }
}

} // namespace Drover
