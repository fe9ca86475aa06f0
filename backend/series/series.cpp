#include "backend/series/series.h"

#include "backend/store/seriesstore.h"
#include "backend/store/store.h"

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr auto lookEvery = 10s;
constexpr auto coarseEvery = 5min;
constexpr auto fineKept = 24h;
constexpr auto coarseKept = 30 * 24h;
constexpr auto loadKept = 7 * 24h;
constexpr size_t rateLooks = 60; // ten minutes

qint64 number(Instant now, std::chrono::seconds unit)
{
    return now.time_since_epoch() / std::chrono::microseconds(unit);
}

bool moved(qint64 &last, qint64 now)
{
    return std::exchange(last, now) != now;
}

qint64 newly(const StateCounts &now, const StateCounts &before, TaskState state)
{
    return std::max<qint64>(0, now[state] - before[state]); // retries take away
}

CountPoint pointOf(Instant at, const StateCounts &now, const StateCounts &before)
{
    return {.at = at,
            .waiting = now[TaskState::Waiting],
            .queued = now[TaskState::Queued],
            .started = now.started(),
            .succeeded = newly(now, before, TaskState::Succeeded),
            .failed = newly(now, before, TaskState::Failed),
            .cancelled = newly(now, before, TaskState::Cancelled)};
}

bool isFailure(const Attempt &attempt)
{
    if (!isSet(attempt.ended))
        return false;
    switch (attempt.endReason) {
    case EndReason::None:
    case EndReason::Cancelled:
    case EndReason::Superseded:
    case EndReason::AfterFailed:
        return false;
    case EndReason::Exited:
        return attempt.exitCode.value_or(0) != 0;
    default:
        return true;
    }
}

} // namespace

Series::Series(Store &store, const Clock &clock, QObject *parent)
    : QObject(parent), m_store(store), m_clock(clock)
{
    connect(&store, &Store::committed, this,
            [this](const std::shared_ptr<Stage> &stage) { onCommitted(*stage); });
}

void Series::restore(const Snapshot &snapshot)
{
    m_tracks.clear();
    m_fine.clear();
    m_coarse.clear();
    m_failures.clear();
    m_projects.clear();
    m_lastBatch = 0;
    for (const Project &project : snapshot.projects)
        m_projects.insert(project.name);
    for (const Batch &batch : snapshot.batches) {
        m_tracks.insert(batch.id, {.project = batch.project, .now = batch.counts, .before = batch.counts});
        note(batch);
    }
    countFailures();
}

// Of the time before this start the tasks' rows tell; attempts that were tried again are left out.
void Series::countFailures()
{
    const Instant since = m_clock.now() - 1h;
    m_store.ask<QList<std::pair<MachineId, Instant>>>(
        this, [since](Database &db) { return failuresSince(db, since); },
        [this](const auto &failures) {
            for (const auto &[machine, ended] : failures.value_or(QList<std::pair<MachineId, Instant>>()))
                ++m_failures[machine][number(ended, coarseEvery)];
        });
}

void Series::onCommitted(const Stage &stage)
{
    for (const Batch &batch : stage.batches)
        note(batch);
    for (const Project &project : stage.projects)
        m_projects.insert(project.name);
    for (const Attempt &attempt : stage.attempts) {
        if (isFailure(attempt))
            ++m_failures[attempt.machine][number(attempt.ended, coarseEvery)];
    }
    for (const MachineId machine : stage.removedMachines) {
        m_loads.remove(machine);
        m_booted.remove(machine);
        m_failures.remove(machine);
    }
}

void Series::note(const Batch &batch)
{
    const bool isKnown = m_tracks.contains(batch.id);
    Track &track = m_tracks[batch.id];
    // One that had ended and goes on was counted before.
    if (!isKnown && batch.id.value <= m_lastBatch)
        track.before = batch.counts;
    m_lastBatch = std::max(m_lastBatch, batch.id.value);
    track.project = batch.project;
    track.now = batch.counts;
    track.over = isSet(batch.ended);
    track.stands = batch.held || batch.paused;
    m_projects.insert(batch.project);
}

void Series::tick()
{
    const Instant now = m_clock.now();
    if (moved(m_minute, number(now, 1min)))
        storeFine();
    if (moved(m_five, number(now, coarseEvery)))
        storeCoarse();
    if (moved(m_hour, number(now, 1h)))
        removeOld(now);
    if (moved(m_look, number(now, lookEvery)))
        look(now);
}

void Series::look(Instant now)
{
    std::map<QString, CountPoint> projects;
    for (const QString &project : m_projects)
        projects[project].at = now;
    for (auto it = m_tracks.begin(); it != m_tracks.end();) {
        const CountPoint point = pointOf(now, it->now, it->before);
        if (!point.isIdle()) {
            add(SeriesKind::BatchFine, SeriesKind::BatchCoarse, QString::number(it.key().value), point);
            projects[it->project].add(point);
        }
        it->before = it->now;
        it->ended.push_back(point.succeeded + point.failed + point.cancelled);
        if (it->ended.size() > rateLooks)
            it->ended.pop_front();
        it = it->over ? m_tracks.erase(it) : std::next(it);
    }
    for (const auto &[project, point] : projects)
        add(SeriesKind::ProjectFine, SeriesKind::ProjectCoarse, project, point);
}

void Series::add(SeriesKind fine, SeriesKind coarse, const QString &subject, const CountPoint &point)
{
    m_fine[{fine, subject}].push_back(point);
    CountPoint &sum = m_coarse[{coarse, subject}];
    CountPoint levels = point; // of the last look; what ended adds up
    levels.succeeded += sum.succeeded;
    levels.failed += sum.failed;
    levels.cancelled += sum.cancelled;
    sum = levels;
}

void Series::storeFine()
{
    for (const auto &[subject, points] : std::exchange(m_fine, {}))
        m_store.stage().insert(packed(subject.first, subject.second, points));
    for (auto it = m_loads.begin(); it != m_loads.end(); ++it) {
        const std::vector<LoadPoint> minutes = it->takeMinutes(LoadRing::Take::WhenFull);
        if (!minutes.empty())
            m_store.stage().insert(packed(SeriesKind::Load, QString::number(it.key().value), minutes));
    }
}

void Series::storeCoarse()
{
    for (const auto &[subject, point] : std::exchange(m_coarse, {}))
        m_store.stage().insert(packed(subject.first, subject.second, std::vector<CountPoint> {point}));
    const qint64 oldest = m_five - (1h / coarseEvery);
    for (auto &byTime : m_failures)
        byTime.erase(byTime.begin(), byTime.upper_bound(oldest));
}

void Series::removeOld(Instant now)
{
    Stage &stage = m_store.stage();
    for (const SeriesKind kind : {SeriesKind::BatchFine, SeriesKind::ProjectFine})
        stage.removeSeries(kind, now - fineKept);
    for (const SeriesKind kind : {SeriesKind::BatchCoarse, SeriesKind::ProjectCoarse})
        stage.removeSeries(kind, now - coarseKept);
    stage.removeSeries(SeriesKind::Load, now - loadKept);
}

void Series::load(MachineId machine, const MachineLoad &load, std::chrono::nanoseconds up)
{
    m_booted.insert(machine, m_clock.now() - std::chrono::floor<std::chrono::microseconds>(up));
    m_loads[machine].add(m_clock.now(), load);
}

void Series::flush()
{
    storeFine();
    storeCoarse();
    for (auto it = m_loads.begin(); it != m_loads.end(); ++it) {
        const std::vector<LoadPoint> minutes = it->takeMinutes(LoadRing::Take::All);
        if (!minutes.empty())
            m_store.stage().insert(packed(SeriesKind::Load, QString::number(it.key().value), minutes));
    }
}

std::vector<CountPoint> Series::pendingCounts(SeriesKind kind, const QString &subject) const
{
    if (const auto fine = m_fine.find({kind, subject}); fine != m_fine.cend())
        return fine->second;
    if (const auto coarse = m_coarse.find({kind, subject}); coarse != m_coarse.cend())
        return {coarse->second};
    return {};
}

std::vector<LoadPoint> Series::pendingMinutes(MachineId machine) const
{
    const auto ring = m_loads.constFind(machine);
    return ring == m_loads.cend() ? std::vector<LoadPoint>() : ring->minutes();
}

std::vector<LoadPoint> Series::recentLoad(MachineId machine) const
{
    const auto ring = m_loads.constFind(machine);
    return ring == m_loads.cend() ? std::vector<LoadPoint>() : ring->points();
}

qint64 Series::failedLastHour(MachineId machine) const
{
    const auto found = m_failures.constFind(machine);
    if (found == m_failures.cend())
        return 0;
    const qint64 oldest = number(m_clock.now(), coarseEvery) - (1h / coarseEvery);
    qint64 failed = 0;
    for (const auto &[five, count] : *found)
        failed += five > oldest ? count : 0;
    return failed;
}

QList<BatchRate> Series::rates() const
{
    QList<BatchRate> rates;
    for (auto it = m_tracks.cbegin(); it != m_tracks.cend(); ++it) {
        qint64 ended = 0;
        for (const qint64 count : it->ended)
            ended += count;
        const qint64 left = it->now.total() - it->now.finished();
        if (left == 0 || ended == 0)
            continue;
        const double perSecond = double(ended) / double(it->ended.size() * lookEvery.count());
        BatchRate rate {.batch = it.key(), .perMinute = 60 * perSecond};
        if (!it->stands)
            rate.through = m_clock.now() + std::chrono::seconds(qint64(double(left) / perSecond));
        rates.append(rate);
    }
    return rates;
}

} // namespace Drover
