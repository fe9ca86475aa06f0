#include "app/mirror/mirror.h"

#include "backend/base/clock.h"

#include <algorithm>
#include <tuple>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr auto statusEvery = 2s;
constexpr qsizetype mostLookedAt = 64; // of the daemon

Instant now()
{
    return SystemClock().now();
}

qint64 revisionOf(const QString &position)
{
    return position.section(u':', -1).toLongLong();
}

/// As the wire has it, so that views see one row however it changed.
bool take(Machine &machine, const MachineGauge &gauge)
{
    const Machine before = machine;
    machine.state = gauge.state;
    machine.slotsUsed = gauge.slotsUsed;
    machine.tasksNow = gauge.tasksNow;
    machine.load = gauge.load;
    machine.lastContact = gauge.lastContact;
    return machine != before;
}

} // namespace

Mirror::Mirror(Connection &connection, QObject *parent)
    : QObject(parent)
    , m_connection(connection)
{
    connect(&connection, &Connection::signedIn, this, &Mirror::onSignedIn);
    connect(&connection, &Connection::lost, this, [this] { m_subscribed = false; });
    connect(&connection, &Connection::statusChanged, this, &Mirror::figuresChanged);
    connection.listen<FeedChanges>(this, [this](const auto &frames) { onFeed(frames); });
    connection.listen<FeedGauges>(this, [this](const auto &frames) { onGauges(frames); });
    connection.listen<WindowChanged>(this, [this](const auto &frames) { emit windowsChanged(frames); });
    connection.listen<ViewersChanged>(this, [this](const auto &frames) {
        m_viewers = frames.last().viewers;
        emit viewersChanged();
    });
    m_statusTimer.setInterval(statusEvery);
    connect(&m_statusTimer, &QTimer::timeout, this, &Mirror::requestStatus);
    if (connection.isReady())
        onSignedIn(connection.session());
}

const Machine *Mirror::machineNamed(const QString &name) const
{
    const auto &all = machines();
    const auto found = std::ranges::find_if(
        all, [&](const Machine &each) { return each.name.compare(name, Qt::CaseInsensitive) == 0; });
    return found == all.cend() ? nullptr : &*found;
}

const Batch *Mirror::batchNamed(const QString &name, const QString &project) const
{
    const Batch *best = nullptr;
    for (const Batch &batch : batches()) { // the newest last
        if (batch.project != project || batch.name.compare(name, Qt::CaseInsensitive) != 0)
            continue;
        if (!best || isSet(best->ended))
            best = &batch;
    }
    return best;
}

bool Mirror::may(Level level, const QString &project) const
{
    return std::ranges::any_of(m_session.grants, [&](const Grant &grant) {
        const bool covers = grant.project == u"*" || grant.project == project || project.isEmpty();
        return covers && grant.level >= level;
    });
}

bool Mirror::readsOutputs(const QString &project) const
{
    return std::ranges::any_of(m_session.grants, [&](const Grant &grant) {
        return grant.readsOutputs && (grant.project == u"*" || grant.project == project);
    });
}

Instant Mirror::daemonNow() const
{
    return now() + m_skew.value_or(0ms);
}

double Mirror::updatesPerSecond() const
{
    return m_rate.perSecond(std::chrono::steady_clock::now());
}

void Mirror::noteUpdates(qsizetype rows, qint64 revision)
{
    m_rate.add(rows, std::chrono::steady_clock::now());
    m_revision = std::max(m_revision, revision);
}

void Mirror::onSignedIn(const SessionInfo &session)
{
    if (session != m_session) {
        m_session = session;
        emit sessionChanged();
    }
    m_subscribed = false;
    m_toldLooking.clear();
    m_viewers.clear();
    subscribe();
    tellLooking();
    requestStatus();
    m_statusTimer.start();
}

void Mirror::subscribe()
{
    m_connection.send(SubscribeFeed{.position = m_position}, this, [this](const Result<FeedStart> &start) {
        if (!start)
            return; // cut again: the next sign-in asks anew
        m_subscribed = true;
        apply({start->changes});
    });
}

void Mirror::onFeed(const QList<FeedChanges> &frames)
{
    if (m_subscribed)
        apply(frames);
}

void Mirror::apply(const QList<FeedChanges> &frames)
{
    bool snapshot = false;
    for (const FeedChanges &frame : frames) {
        if (frame.snapshot) {
            snapshot = true;
            m_revision = 0; // of another history
            m_machines.replace(frame.machines);
            m_batches.replace(frame.batches);
            m_operations.replace(frame.operations);
        } else {
            m_machines.apply(frame.machines, frame.removedMachines);
            m_batches.apply(frame.batches, {});
            m_operations.apply(frame.operations, frame.removedOperations);
        }
        m_position = frame.position;
    }
    noteUpdates(0, revisionOf(m_position));
    if (snapshot) {
        m_loaded = true;
        emit reloaded();
    }
    tellChanges();
}

void Mirror::onGauges(const QList<FeedGauges> &frames)
{
    if (!m_subscribed)
        return;
    for (const FeedGauges &frame : frames) {
        for (const MachineGauge &gauge : frame.machines)
            m_machines.edit(gauge.machine, [&](Machine &row) { return take(row, gauge); });
    }
    tellChanges();
}

void Mirror::tellChanges()
{
    const MachineChanges machines = m_machines.takeChanges();
    const BatchChanges batches = m_batches.takeChanges();
    const OperationChanges operations = m_operations.takeChanges();
    noteUpdates(machines.count() + batches.count() + operations.count(), m_revision);
    if (!machines.isEmpty())
        emit machinesChanged(machines);
    if (!batches.isEmpty())
        emit batchesChanged(batches);
    if (!operations.isEmpty())
        emit operationsChanged(operations);
}

void Mirror::requestStatus()
{
    if (!m_connection.isReady() || std::exchange(m_askingStatus, true))
        return;
    m_connection.send(GetStatus{}, this, [this, asked = now()](const Result<Status> &status) {
        m_askingStatus = false;
        onStatus(status, asked);
    });
}

void Mirror::onStatus(const Result<Status> &status, Instant asked)
{
    if (!status)
        return;
    const Instant answered = now();
    // Half the way is the best guess of when it looked at its clock; a slow answer says little.
    const auto way = answered - asked;
    if (isSet(status->now) && (way < 1s || !m_skew))
        m_skew = std::chrono::round<std::chrono::milliseconds>(status->now - (asked + way / 2));
    noteUpdates(0, status->revision);
    Status shown = *status;
    shown.now = m_status.now;
    const bool changed = shown != m_status;
    m_status = *status;
    if (changed)
        emit statusChanged();
    emit figuresChanged();
}

void Mirror::lookAt(QObject *view, const QList<LookedAt> &things)
{
    if (!m_looking.contains(view))
        connect(view, &QObject::destroyed, this, [this, view] {
            m_looking.remove(view);
            tellLooking();
        });
    m_looking.insert(view, things);
    tellLooking();
}

// Of all views together, and only when it is other than before.
void Mirror::tellLooking()
{
    QList<LookedAt> all;
    for (const QList<LookedAt> &things : std::as_const(m_looking))
        all += things;
    std::ranges::sort(all, {}, [](const LookedAt &each) { return std::tuple(each.project, each.object); });
    const auto doubled = std::ranges::unique(all);
    all.erase(doubled.begin(), doubled.end());
    all.resize(std::min(all.size(), mostLookedAt));
    if (!m_connection.isReady() || all == m_toldLooking)
        return;
    m_toldLooking = all;
    m_connection.send(LookAt{.things = all}, this, [](const auto &) { });
}

QStringList Mirror::viewersOf(const QString &object) const
{
    QStringList users;
    for (const Viewer &viewer : m_viewers) {
        if (viewer.thing.object == object)
            users.append(viewer.user);
    }
    return users;
}

void Mirror::requestPools()
{
    if (!m_connection.isReady() || std::exchange(m_askingPools, true))
        return;
    m_connection.send(ListPools{}, this, [this](const Result<PoolList> &pools) {
        m_askingPools = false;
        if (!pools || pools->pools == m_pools)
            return;
        m_pools = pools->pools;
        emit poolsChanged();
    });
}

} // namespace Drover
