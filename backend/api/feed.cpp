#include "backend/api/feed.h"

#include "backend/api/history.h"
#include "backend/store/queries.h"

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr auto frameEvery = 33ms;
constexpr size_t mostEnded = 1000;

template <typename Id, typename Row> QList<Row> taken(QSet<Id> &ids, const QHash<Id, Row> &rows)
{
    QList<Row> list;
    for (const Id id : std::exchange(ids, {})) {
        const auto row = rows.constFind(id);
        if (row != rows.cend())
            list.append(*row);
    }
    std::ranges::sort(list, {}, &Row::id);
    return list;
}

template <typename Id> QList<Id> takenIds(QSet<Id> &ids)
{
    QList<Id> list = std::exchange(ids, {}).values();
    std::ranges::sort(list);
    return list;
}

} // namespace

bool Feed::Subscriber::isUpToDate() const
{
    return machines.isEmpty() && batches.isEmpty() && operations.isEmpty()
        && removedMachines.isEmpty() && removedOperations.isEmpty();
}

Feed::Feed(Rooms &rooms, Sessions &sessions, QObject *parent)
    : QObject(parent)
    , m_rooms(rooms)
    , m_sessions(sessions)
{
    m_frame.setSingleShot(true);
    m_frame.setInterval(frameEvery);
    connect(&m_frame, &QTimer::timeout, this, &Feed::onFrame);
    connect(&m_second, &QTimer::timeout, this, &Feed::onSecond);
    connect(&rooms.store, &Store::committed, this, &Feed::onCommitted);
    connect(&sessions, &Sessions::taken, this, &Feed::onTaken);
    connect(&sessions, &Sessions::gone, this, [this](PeerId peer) { m_subscribers.remove(peer); });
}

void Feed::restore(const Snapshot &snapshot)
{
    m_machines.clear();
    m_batches.clear();
    m_operations.clear();
    m_endedBatches.clear();
    m_gauges.clear();
    m_taskGauges.clear();
    m_since = m_revision = snapshot.revision;
    for (const Machine &machine : snapshot.machines)
        m_machines.insert(machine.id, machine);
    for (const Batch &batch : snapshot.batches)
        m_batches.insert(batch.id, batch);
    for (const StoredOperation &stored : snapshot.operations)
        m_operations.insert(stored.operation.id, stored.operation);
    m_rooms.store.ask<QList<Batch>>(
        this,
        [](Database &db) { return listBatches(db, {.name = {}, .limit = int(mostEnded)}, {}); },
        [this](const Result<QList<Batch>> &batches) { onRecent(batches); });
    m_second.start(1s);
}

// Those that had ended before the start: they come to everybody as changes.
void Feed::onRecent(const Result<QList<Batch>> &batches)
{
    if (!batches)
        return; // the store is away, and will be read again
    for (auto batch = batches->crbegin(); batch != batches->crend(); ++batch) {
        if (m_batches.contains(batch->id))
            continue;
        keep(*batch);
        for (Subscriber &subscriber : m_subscribers)
            subscriber.batches.insert(batch->id);
    }
    if (!m_frame.isActive())
        m_frame.start();
}

void Feed::keep(const Batch &batch)
{
    m_batches.insert(batch.id, batch);
    if (!isSet(batch.ended))
        return;
    m_endedBatches.push_back(batch.id);
    while (m_endedBatches.size() > mostEnded) {
        const auto oldest = m_batches.constFind(m_endedBatches.front());
        if (oldest != m_batches.cend() && isSet(oldest->ended)) // else it was opened again
            m_batches.erase(oldest);
        m_endedBatches.pop_front();
    }
}

void Feed::onCommitted(const std::shared_ptr<Stage> &stage)
{
    const auto note = [this](auto ids, auto set) {
        for (Subscriber &subscriber : m_subscribers) {
            for (const auto id : ids)
                (subscriber.*set).insert(id);
        }
    };
    for (const Machine &machine : std::as_const(stage->machines)) {
        m_machines.insert(machine.id, machine);
        m_revision = std::max(m_revision, machine.rev);
    }
    for (const Batch &batch : std::as_const(stage->batches)) {
        keep(batch);
        m_revision = std::max(m_revision, batch.rev);
    }
    for (const StoredOperation &stored : std::as_const(stage->operations)) {
        m_operations.insert(stored.operation.id, stored.operation);
        m_revision = std::max(m_revision, stored.operation.rev);
    }
    for (const MachineId id : stage->removedMachines) {
        m_machines.remove(id);
        m_gauges.remove(id);
        m_since = m_revision; // who resumes from before it would not hear of it
    }
    for (const OperationId id : stage->removedOperations) {
        m_operations.remove(id);
        m_since = m_revision;
    }
    note(stage->machines.keys(), &Subscriber::machines);
    note(stage->batches.keys(), &Subscriber::batches);
    note(stage->operations.keys(), &Subscriber::operations);
    note(stage->removedMachines, &Subscriber::removedMachines);
    note(stage->removedOperations, &Subscriber::removedOperations);
    if (!m_subscribers.isEmpty() && !m_frame.isActive())
        m_frame.start();
}

QString Feed::position() const
{
    return u"%1:%2:%3"_s.arg(m_rooms.ledger.storeId()).arg(m_rooms.ledger.epoch()).arg(m_revision);
}

std::optional<qint64> Feed::revisionOf(const QString &position) const
{
    const QStringList parts = position.split(u':');
    if (parts.size() != 3 || parts[0].toLongLong() != m_rooms.ledger.storeId()
        || parts[1].toLongLong() != m_rooms.ledger.epoch())
        return std::nullopt;
    const qint64 revision = parts[2].toLongLong();
    return revision >= m_since && revision <= m_revision ? std::optional(revision) : std::nullopt;
}

Result<FeedStart> Feed::subscribe(PeerId peer, const Caller &caller, const QString &position)
{
    if (!peer)
        return fail(ErrorCode::Invalid,
                    u"changes are told over a WebSocket; POST /rpc has no way back"_s);
    // Only who may do everything anyway: a new epoch makes a stray of all that runs.
    const QStringList parts = position.split(u':');
    if (parts.size() == 3 && parts[0].toLongLong() == m_rooms.ledger.storeId()
        && m_rooms.access.may(caller, Verb::Administer, u"*"_s))
        beginEpochWhenSetBack(m_rooms, m_sessions, caller, parts[1].toLongLong(), parts[2].toLongLong());
    const auto since = revisionOf(position);
    Subscriber subscriber{.projects = m_rooms.access.scopeFor(caller, Verb::View), .user = caller.name};
    const auto newer = [&since](const auto &rows, auto &into) {
        for (auto row = rows.cbegin(); row != rows.cend(); ++row) {
            if (!since || row->rev > *since)
                into.insert(row.key());
        }
    };
    newer(m_machines, subscriber.machines);
    newer(m_batches, subscriber.batches);
    newer(m_operations, subscriber.operations);
    FeedStart start{.changes = changesFor(subscriber)};
    start.changes.snapshot = !since;
    m_subscribers.insert(peer, subscriber);
    return start;
}

bool Feed::maySee(const Subscriber &subscriber, const QString &project) const
{
    return subscriber.projects.isEmpty() || project == u"*"
        || subscriber.projects.contains(project);
}

// The row as it was committed, with what it is like just now.
Machine Feed::shown(const Machine &row) const
{
    Machine machine = row;
    const MachineRecord *record = m_rooms.fleet.find(row.id);
    if (!record)
        return machine;
    const Machine now = m_rooms.fleet.shown(*record);
    machine.state = now.state;
    machine.slotsUsed = now.slotsUsed;
    machine.tasksNow = now.tasksNow;
    machine.load = now.load;
    machine.lastContact = now.lastContact;
    return machine;
}

FeedChanges Feed::changesFor(Subscriber &subscriber) const
{
    FeedChanges changes;
    changes.position = position();
    for (const Machine &machine : taken(subscriber.machines, m_machines)) {
        if (maySee(subscriber, machine.project))
            changes.machines.append(shown(machine));
    }
    for (const Batch &batch : taken(subscriber.batches, m_batches)) {
        if (maySee(subscriber, batch.project))
            changes.batches.append(batch);
    }
    // An operation may have touched any project: for those who see all, and for who asked for it.
    for (const Operation &operation : taken(subscriber.operations, m_operations)) {
        if (subscriber.projects.isEmpty() || operation.user == subscriber.user)
            changes.operations.append(operation);
    }
    changes.removedMachines = takenIds(subscriber.removedMachines);
    changes.removedOperations = takenIds(subscriber.removedOperations);
    return changes;
}

void Feed::sendTo(PeerId peer, Subscriber &subscriber)
{
    if (subscriber.busy || subscriber.isUpToDate())
        return;
    subscriber.busy = true;
    m_sessions.notify(peer, changesFor(subscriber));
}

void Feed::onFrame()
{
    for (auto it = m_subscribers.begin(); it != m_subscribers.end(); ++it)
        sendTo(it.key(), it.value());
}

void Feed::onTaken(PeerId peer)
{
    const auto it = m_subscribers.find(peer);
    if (it == m_subscribers.end())
        return;
    it->busy = false;
    if (!it->isUpToDate() && !m_frame.isActive())
        m_frame.start();
}

/// Those of the attempts that count, where they say something new.
QList<AttemptGauge> Feed::changedTaskGauges()
{
    QList<AttemptGauge> changed;
    const QHash<AttemptId, AttemptGauge> &now = m_rooms.dispatcher.gauges();
    for (auto it = now.cbegin(); it != now.cend(); ++it) {
        const TaskRecord *task = m_rooms.queue.find(it->task);
        if (task && task->currentAttempt == it->n && m_taskGauges.value(it.key()) != *it)
            changed.append(*it);
    }
    m_taskGauges = now;
    return changed;
}

void Feed::onSecond()
{
    FeedGauges changed;
    for (const MachineRecord &record : m_rooms.fleet.all()) {
        const Machine now = m_rooms.fleet.shown(record);
        const MachineGauge gauge{.machine = now.id,
                                 .state = now.state,
                                 .slotsUsed = now.slotsUsed,
                                 .tasksNow = now.tasksNow,
                                 .load = now.load,
                                 .lastContact = now.lastContact};
        MachineGauge &before = m_gauges[now.id];
        if (gauge == before)
            continue;
        before = gauge;
        changed.machines.append(gauge);
    }
    changed.tasks = changedTaskGauges();
    if (changed.machines.isEmpty() && changed.tasks.isEmpty())
        return;
    for (auto it = m_subscribers.cbegin(); it != m_subscribers.cend(); ++it) {
        if (it->busy)
            continue; // the next second has newer ones
        FeedGauges seen;
        for (const MachineGauge &gauge : std::as_const(changed.machines)) {
            if (maySee(*it, m_machines.value(gauge.machine).project))
                seen.machines.append(gauge);
        }
        for (const AttemptGauge &gauge : std::as_const(changed.tasks)) {
            const TaskRecord *task = m_rooms.queue.find(gauge.task);
            const Batch *batch = task ? m_rooms.batches.find(task->batch) : nullptr;
            if (batch && maySee(*it, batch->project))
                seen.tasks.append(gauge);
        }
        m_sessions.notify(it.key(), seen);
    }
}

} // namespace Drover
