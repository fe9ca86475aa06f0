#include "backend/api/eventdesk.h"

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr auto isRecent = 10s; // a row that says it ended longer ago was put for another reason

QString named(const QString &noun, qint64 id)
{
    return noun + u' ' + QString::number(id);
}

} // namespace

EventDesk::EventDesk(Rooms &rooms, QObject *parent) : QObject(parent), m_rooms(rooms)
{
    rooms.store.beforeHandOver([this](Stage &stage) { look(stage); });
    connect(&m_second, &QTimer::timeout, this, &EventDesk::onSecond);
}

void EventDesk::restore()
{
    m_rooms.events.restore();
    m_told.clear();
    m_known.clear();
    m_storms.clear();
    m_recent.clear();
    for (const MachineRecord &machine : m_rooms.fleet.all()) {
        m_known.insert(machine.row.id);
        if (const MachineState state = m_rooms.fleet.shown(machine).state; state == MachineState::Lost)
            m_told.insert(machine.row.id, state);
    }
    m_second.start(1s);
}

bool EventDesk::isNews(const QString &what, Instant when)
{
    if (m_rooms.clock.now() - when > isRecent || m_recent.contains(what))
        return false;
    m_recent.insert(what, m_rooms.clock.now());
    return true;
}

QString EventDesk::projectOf(BatchId id) const
{
    const Batch *batch = m_rooms.batches.find(id);
    return batch ? batch->project : QString();
}

void EventDesk::look(const Stage &stage)
{
    for (const TaskChange &change : std::as_const(stage.taskChanges)) {
        if (change.endReason == EndReason::Poisoned)
            lookAt(change);
    }
    for (const Batch &batch : std::as_const(stage.batches)) {
        if (isSet(batch.ended))
            lookAt(batch);
    }
    for (const StoredOperation &stored : std::as_const(stage.operations)) {
        if (isSet(stored.operation.ended))
            lookAt(stored.operation);
    }
    for (const AuditRow &row : stage.audit)
        lookAt(row);
    for (const StoredStray &stray : stage.strays) {
        if (!stray.gone)
            lookAt(stray);
    }
}

void EventDesk::lookAt(const TaskChange &change)
{
    const QString object = named(u"task"_s, change.id.value);
    if (!isNews(object, change.ended))
        return;
    m_rooms.events.add({.severity = EventSeverity::Error,
                        .source = u"task"_s,
                        .kind = u"poisoned"_s,
                        .object = object,
                        .project = projectOf(change.batch),
                        .text = u"task %1 is poisoned: %2"_s.arg(change.id.value).arg(change.lastLine)});
}

void EventDesk::lookAt(const Batch &batch)
{
    const QString object = named(u"batch"_s, batch.id.value);
    if (!isNews(object + u'@' + QString::number(toMicroseconds(batch.ended)), batch.ended))
        return;
    const qint64 total = batch.counts.total();
    if (total == 0)
        return; // all of it was moved or put away: whoever did it knows
    const qint64 bad = batch.counts[TaskState::Failed];
    const qint64 cancelled = batch.counts[TaskState::Cancelled];
    Event event {.source = u"batch"_s, .kind = u"ended"_s, .object = object, .project = batch.project,
                 .text = u"batch \"%1\" has ended: all %2 tasks succeeded"_s.arg(batch.name).arg(total)};
    if (bad > 0) {
        event.severity = EventSeverity::Error;
        event.kind = u"failed"_s;
        event.text = u"batch \"%1\" failed: %2 of %3 tasks did"_s.arg(batch.name).arg(bad).arg(total);
    } else if (cancelled > 0) {
        event.severity = EventSeverity::Warning;
        event.kind = u"cancelled"_s;
        event.text = u"batch \"%1\" has ended: %2 of %3 tasks were cancelled"_s.arg(batch.name).arg(cancelled).arg(total);
    }
    m_rooms.events.add(std::move(event));
}

void EventDesk::lookAt(const Operation &operation)
{
    // What was done at once needs no news.
    const bool failed = operation.state == OperationState::Failed;
    const QString object = named(u"operation"_s, operation.id.value);
    if ((!failed && operation.total <= Operations::sliceSize) || !isNews(object, operation.ended))
        return;
    m_rooms.events.add({.severity = failed ? EventSeverity::Error : EventSeverity::Info,
                        .source = u"operation"_s,
                        .kind = enumText(operation.state),
                        .object = object,
                        .project = {},
                        .text = failed ? u"%1 of %2 tasks failed: %3"_s.arg(operation.words).arg(operation.total).arg(operation.error)
                                       : u"%1 of %2 tasks has %3; %4 were changed"_s.arg(operation.words).arg(operation.total)
                                             .arg(enumText(operation.state)).arg(operation.changed)});
}

void EventDesk::lookAt(const AuditRow &row)
{
    const bool isRefused = row.action.startsWith(u"session.") && row.outcome == u"not-permitted";
    if (isRefused) {
        const QString whom = row.object.isEmpty() ? u"somebody"_s : u"\"%1\""_s.arg(row.object);
        m_rooms.events.add({.severity = EventSeverity::Warning,
                            .source = u"user"_s,
                            .kind = u"refused"_s,
                            .object = row.address,
                            .project = {},
                            .text = u"%1 from %2 was not let in"_s.arg(whom, row.address)});
    } else if (row.action == u"daemon.epoch") {
        m_rooms.events.add({.severity = EventSeverity::Error,
                            .source = u"daemon"_s,
                            .kind = u"set-back"_s,
                            .object = {},
                            .project = {},
                            .text = u"the database was set back: %1 knew more than it; a new epoch has begun"_s.arg(row.object)});
    } else if (row.action == u"machine.remove" && row.outcome == u"done") {
        m_rooms.events.add({.source = u"machine"_s,
                            .kind = u"removed"_s,
                            .object = named(u"machine"_s, row.object.toLongLong()),
                            .project = u"*"_s,
                            .text = u"machine %1 was removed by %2"_s.arg(row.object, row.user)});
    }
}

void EventDesk::lookAt(const StoredStray &stray)
{
    const AttemptId id {stray.task, stray.n};
    const QString object = named(u"machine"_s, stray.machine.value);
    if (!isNews(u"%1 %2 %3"_s.arg(object, printed(id)).arg(stray.epoch), stray.seen))
        return;
    m_rooms.events.add({.severity = EventSeverity::Warning,
                        .source = u"machine"_s,
                        .kind = u"stray"_s,
                        .object = object,
                        .project = u"*"_s,
                        .text = u"machine %1 has attempt %2, which was never assigned here"_s.arg(stray.machine.value).arg(printed(id))});
}

void EventDesk::onSecond()
{
    lookAtMachines();
    lookAtStorms();
    m_rooms.events.tick();
    m_recent.removeIf([old = m_rooms.clock.now() - 1min](auto it) { return it.value() < old; });
}

void EventDesk::lookAtMachines()
{
    for (const MachineRecord &machine : m_rooms.fleet.all()) {
        const MachineId id = machine.row.id;
        const MachineState state = m_rooms.fleet.shown(machine).state;
        const bool isAway = state == MachineState::Lost || state == MachineState::Offline;
        Event event {.source = u"machine"_s, .object = named(u"machine"_s, id.value), .project = machine.row.project};
        if (!m_known.contains(id)) {
            m_known.insert(id);
            event.kind = u"joined"_s;
            event.text = u"machine %1 has joined with %2 slots"_s.arg(machine.row.name).arg(machine.row.slotCount);
        } else if (state == MachineState::Lost && m_told.value(id) != MachineState::Lost) {
            m_told.insert(id, state);
            event.severity = EventSeverity::Error;
            event.kind = u"lost"_s;
            event.text = u"machine %1 is lost: no contact since %2"_s.arg(machine.row.name, toIso(machine.row.lastContact));
        } else if (state == MachineState::Offline && machine.saidGoodbye && !m_told.contains(id)) {
            m_told.insert(id, state);
            event.kind = u"offline"_s;
            event.text = u"the agent of machine %1 was stopped"_s.arg(machine.row.name);
        } else if (!isAway && machine.connected && m_told.remove(id) > 0) {
            event.kind = u"back"_s;
            event.text = u"machine %1 is back"_s.arg(machine.row.name);
        } else {
            continue;
        }
        m_rooms.events.add(std::move(event));
    }
}

void EventDesk::lookAtStorms()
{
    QHash<QString, Instant> now;
    for (const Storms::Storm &storm : m_rooms.dispatcher.storms()) {
        now.insert(storm.pool, storm.began);
        if (m_storms.value(storm.pool) == storm.began)
            continue;
        m_rooms.events.add({.severity = EventSeverity::Error,
                            .source = u"pool"_s,
                            .kind = u"storm"_s,
                            .object = u"pool "_s + storm.pool,
                            .project = u"*"_s,
                            .text = u"%1 machines of pool %2 were lost at once; what ran there waits (drover pool resume %2)"_s
                                        .arg(storm.lost.size()).arg(storm.pool)});
    }
    for (auto it = m_storms.cbegin(); it != m_storms.cend(); ++it) {
        if (!now.contains(it.key())) {
            m_rooms.events.add({.source = u"pool"_s,
                                .kind = u"storm-over"_s,
                                .object = u"pool "_s + it.key(),
                                .project = u"*"_s,
                                .text = u"the storm in pool %1 is over"_s.arg(it.key())});
        }
    }
    m_storms = now;
}

} // namespace Drover
