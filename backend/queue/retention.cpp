#include "backend/queue/retention.h"

#include "backend/protocol/agentmessages.h"
#include "backend/store/store.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr auto tombstonesKept = 24h; // who was away for longer gets a snapshot
constexpr auto betweenSlices = 20ms;

QList<TaskId> idsOf(const QList<AwayRow> &rows)
{
    QList<TaskId> ids;
    for (const AwayRow &row : rows)
        ids.append(row.id);
    return ids;
}

} // namespace

Retention::Retention(Store &store, Ledger &ledger, const TaskQueue &queue, BatchBook &batches, Events &events,
                     const Clock &clock, QObject *parent)
    : QObject(parent), m_store(store), m_ledger(ledger), m_queue(queue), m_batches(batches), m_events(events), m_clock(clock)
{
    connect(&m_timer, &QTimer::timeout, this, &Retention::soon);
}

void Retention::setSettings(const RetentionSettings &settings)
{
    m_settings = settings;
    if (m_timer.isActive())
        m_timer.start(m_settings.every);
}

void Retention::restore()
{
    forget();
    m_outputs = {};
    m_timer.start(m_settings.every);
}

void Retention::forget()
{
    ++m_history;
    m_step = Step::Done;
    m_timer.stop();
}

void Retention::soon()
{
    if (m_step == Step::Done)
        begin();
}

void Retention::begin()
{
    m_step = Step::Surplus;
    m_place = {};
    m_batch = {};
    m_surplus = never;
    m_putAway = m_swept = m_tooManyBytes = 0;
    run();
}

void Retention::run()
{
    switch (m_step) {
    case Step::Surplus:
        return findSurplus();
    case Step::Finished:
        return putFinishedAway();
    case Step::Batches:
        return putBatchesAway();
    case Step::TrashedTasks:
        return sweepTasks();
    case Step::TrashedBatches:
        return sweepBatches();
    case Step::OutputSize:
        emit sizeWanted();
        return;
    case Step::Outputs:
        return dropOutputs();
    case Step::Events:
        return sweepEvents();
    case Step::Audit:
        return sweepAudit();
    case Step::Tombstones:
        m_store.stage().removeTombstonesBefore(m_clock.now() - tombstonesKept);
        return goOn(Then::Next);
    case Step::Done:
        break;
    }
    tell();
    emit finished();
}

// The next slice when this one is durable, and others had their turn.
void Retention::goOn(Then then)
{
    if (then == Then::Next)
        m_step = Step(int(m_step) + 1);
    m_store.stage().whenCommitted([this, history = m_history](const Result<void> &done) {
        if (!done || history != m_history)
            return;
        QTimer::singleShot(betweenSlices, this, [this, history] {
            if (history == m_history)
                run();
        });
    });
}

template<typename T>
void Retention::ask(std::function<Result<T>(Database &)> question, std::function<Then(const T &)> answer)
{
    m_store.ask<T>(this, std::move(question), [this, answer = std::move(answer), history = m_history](const Result<T> &found) {
        if (history != m_history)
            return;
        if (found)
            goOn(answer(*found));
        else
            m_step = Step::Done; // the store is away, or busy beyond measure: the next time
    });
}

void Retention::findSurplus()
{
    if (m_settings.finishedMost == 0)
        return goOn(Then::Next);
    ask<Instant>([most = m_settings.finishedMost](Database &db) { return endOfSurplus(db, most); },
                 [this](const Instant &ended) {
                     m_surplus = ended;
                     return Then::Next;
                 });
}

void Retention::putFinishedAway()
{
    const Instant old = m_clock.now() - m_settings.finished;
    // What ended in the same microsecond goes with it.
    const Instant before = isSet(m_surplus) ? std::max(old, m_surplus + 1us) : old;
    ask<QList<AwayRow>>([from = m_place, before](Database &db) { return finishedBefore(db, from, before, sliceSize); },
                        [this](const QList<AwayRow> &rows) {
                            putAway(rows);
                            if (rows.size() < sliceSize)
                                return Then::Next;
                            m_place = {rows.last().ended, rows.last().id};
                            return Then::Again;
                        });
}

void Retention::putAway(const QList<AwayRow> &rows)
{
    for (const AwayRow &row : rows) {
        if (m_queue.find(row.id) || m_queue.isWaitedFor(row.id))
            continue; // it was retried meanwhile, or may have to be
        m_store.stage().put(TaskAway {.id = row.id, .rev = m_ledger.nextRevision(), .away = m_clock.now()});
        if (m_batches.find(row.batch))
            m_batches.count(row.batch, row.state, std::nullopt);
        ++m_putAway;
    }
}

void Retention::putBatchesAway()
{
    ask<QList<BatchId>>([after = m_batch](Database &db) { return emptyBatches(db, after, sliceSize); },
                        [this](const QList<BatchId> &batches) {
                            for (const BatchId batch : batches) {
                                if (!m_batches.find(batch)) // else it was opened again
                                    m_store.stage().put(BatchAway {.id = batch, .rev = m_ledger.nextRevision(), .away = m_clock.now()});
                            }
                            if (batches.size() < sliceSize)
                                return Then::Next;
                            m_batch = batches.last();
                            return Then::Again;
                        });
}

void Retention::sweepTasks()
{
    using Found = std::pair<QList<TaskId>, QList<StreamSizes>>;
    ask<Found>(
        [before = m_clock.now() - m_settings.trash](Database &db) -> Result<Found> {
            const Result<QList<TaskId>> tasks = sweptTasks(db, before, sliceSize);
            const Result<QList<StreamSizes>> streams = tasks ? streamsOf(db, *tasks) : tasks.error();
            if (!streams)
                return streams.error();
            return Found {*tasks, *streams};
        },
        [this](const Found &found) {
            sweep(found.second, found.first);
            return found.first.size() < sliceSize ? Then::Next : Then::Again;
        });
}

void Retention::sweep(const QList<StreamSizes> &streams, const QList<TaskId> &tasks)
{
    for (const TaskId task : tasks)
        m_store.stage().remove(Removal<TaskId> {.id = task, .rev = m_ledger.nextRevision()});
    m_swept += tasks.size();
    QList<AttemptId> attempts;
    for (const StreamSizes &each : streams)
        attempts.append(each.attempt);
    m_store.stage().whenCommitted([this, attempts](const Result<void> &done) {
        if (done && !attempts.isEmpty())
            emit outputsRemoved(attempts);
    });
}

void Retention::sweepBatches()
{
    ask<QList<BatchId>>(
        [before = m_clock.now() - m_settings.trash](Database &db) { return sweptBatches(db, before, sliceSize); },
        [this](const QList<BatchId> &batches) {
            for (const BatchId batch : batches)
                m_store.stage().remove(Removal<BatchId> {.id = batch, .rev = m_ledger.nextRevision()});
            return batches.size() < sliceSize ? Then::Next : Then::Again;
        });
}

void Retention::setOutputSize(qint64 bytes)
{
    if (m_step != Step::OutputSize)
        return;
    m_tooManyBytes = m_settings.outputsMost == 0 ? 0 : std::max<qint64>(0, bytes - m_settings.outputsMost);
    goOn(Then::Next);
}

void Retention::dropOutputs()
{
    using Found = std::pair<QList<AwayRow>, QList<StreamSizes>>;
    const Instant before = m_tooManyBytes > 0 ? m_clock.now() : m_clock.now() - m_settings.outputs;
    ask<Found>(
        [from = m_outputs, before](Database &db) -> Result<Found> {
            const Result<QList<AwayRow>> tasks = finishedBefore(db, from, before, sliceSize);
            const Result<QList<StreamSizes>> streams = tasks ? streamsOf(db, idsOf(*tasks)) : tasks.error();
            if (!streams)
                return streams.error();
            return Found {*tasks, *streams};
        },
        [this](const Found &found) { return onOutputs(found.first, found.second); });
}

Retention::Then Retention::onOutputs(const QList<AwayRow> &tasks, const QList<StreamSizes> &streams)
{
    QHash<TaskId, QList<StreamSizes>> byTask;
    for (const StreamSizes &each : streams)
        byTask[each.attempt.task].append(each);
    const Instant old = m_clock.now() - m_settings.outputs;
    QList<AttemptId> attempts;
    bool isEnough = false;
    for (const AwayRow &task : tasks) {
        isEnough = task.ended >= old && m_tooManyBytes <= 0;
        if (isEnough)
            break;
        m_store.stage().removeOutputs(task.id);
        for (const StreamSizes &each : byTask.value(task.id)) {
            attempts.append(each.attempt);
            for (const qint64 size : {each.out, each.err})
                m_tooManyBytes -= size > inlineOutputLimit ? size : 0;
        }
        m_outputs = {task.ended, task.id};
    }
    m_store.stage().whenCommitted([this, attempts](const Result<void> &done) {
        if (done && !attempts.isEmpty())
            emit outputsRemoved(attempts);
    });
    return isEnough || tasks.size() < sliceSize ? Then::Next : Then::Again;
}

void Retention::sweepEvents()
{
    ask<EventId>([before = m_clock.now() - m_settings.events](Database &db) { return lastEventBefore(db, before, sliceSize); },
                 [this](const EventId &last) {
                     if (last)
                         m_store.stage().removeEventsUpTo(last);
                     return last ? Then::Again : Then::Next;
                 });
}

void Retention::sweepAudit()
{
    ask<AuditId>([before = m_clock.now() - m_settings.audit](Database &db) { return lastAuditBefore(db, before, sliceSize); },
                 [this](const AuditId &last) {
                     if (last)
                         m_store.stage().removeAuditUpTo(last);
                     return last ? Then::Again : Then::Next;
                 });
}

void Retention::tell()
{
    if (m_putAway == 0 && m_swept == 0)
        return;
    m_events.add({.source = u"daemon"_s,
                  .kind = u"retention"_s,
                  .object = {},
                  .project = {},
                  .text = u"%1 tasks that ended long ago were put away, and %2 removed from the trash"_s.arg(m_putAway).arg(m_swept)});
}

} // namespace Drover
