#include "backend/store/writer.h"

#include "backend/store/accessstore.h"
#include "backend/store/attemptstore.h"
#include "backend/store/batchstore.h"
#include "backend/store/blobstore.h"
#include "backend/store/machinestore.h"
#include "backend/store/metastore.h"
#include "backend/store/operationstore.h"
#include "backend/store/schema.h"
#include "backend/store/seriesstore.h"
#include "backend/store/straystore.h"
#include "backend/store/taskstore.h"

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr auto pulseEvery = 1s; // the server ends a session that is silent for ten
constexpr auto submissionsKept = 24h; // an idempotency key is good for that long; design.md

Instant wallClock()
{
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

// Reads one part of the snapshot, unless an earlier one has failed.
template<typename T>
void readPart(Result<void> &all, T &into, Result<T> part)
{
    if (!all)
        return;
    if (part)
        into = std::move(*part);
    else
        all = part.error();
}

} // namespace

Writer::Writer(StoreSettings settings)
    : m_settings(std::move(settings)), m_leadership(m_settings.dataDirectory), m_pulse(this)
{
    connect(&m_pulse, &QTimer::timeout, this, &Writer::onPulse);
}

Result<void> Writer::open()
{
    close();
    Result<std::unique_ptr<Database>> connected
        = Database::connect(m_settings, DatabaseAccess::Write);
    if (!connected)
        return connected.error();
    if (const Result<void> migrated = migrate(**connected); !migrated)
        return migrated.error();
    if (isPostgres()) {
        if (const Result<void> taken = m_leadership.take(**connected); !taken)
            return taken.error();
        m_pulse.start(pulseEvery);
    }
    m_database = std::move(*connected);
    return {};
}

void Writer::close()
{
    m_pulse.stop();
    m_database.reset();
}

void Writer::onPulse()
{
    const Result<void> alive = m_leadership.check(*m_database);
    if (alive)
        return;
    close();
    emit lost(alive.error());
}

Result<void> Writer::write(const Stage &stage)
{
    if (stage.rows() == 0)
        return {};
    if (!m_database)
        return fail(ErrorCode::StorageUnavailable, u"the connection to the database is lost"_s);
    const Result<void> done = transact(stage);
    if (done)
        return done;
    if (!m_database->isLost()) {
        m_database->rollback();
        return done;
    }
    // A connection that is cut during the commit leaves open whether it happened: the next one knows.
    if (const Result<void> again = open(); again && m_leadership.lastHappened())
        return {};
    return done;
}

Result<void> Writer::transact(const Stage &stage)
{
    Result<void> done = m_database->begin();
    if (done)
        done = writeRows(stage);
    if (done && isPostgres())
        done = m_leadership.stamp(*m_database);
    return done ? m_database->commit() : done;
}

Result<void> Writer::writeRows(const Stage &stage)
{
    Database &db = *m_database;
    Result<void> done;
    const auto then = [&done](bool any, auto &&write) {
        if (done && any)
            done = write();
    };
    then(!stage.newShapes.empty(), [&] { return insertShapes(db, stage.newShapes); });
    then(!stage.newTasks.empty(), [&] { return insertTasks(db, stage.newTasks); });
    then(!stage.taskChanges.isEmpty(), [&] { return changeTasks(db, stage.taskChanges); });
    then(!stage.taskWords.isEmpty(), [&] { return changeWords(db, stage.taskWords); });
    then(!stage.labelChanges.empty(), [&] { return changeLabels(db, stage.labelChanges); });
    then(!stage.specs.isEmpty(), [&] { return replaceSpecs(db, stage.specs); });
    then(!stage.attempts.isEmpty(), [&] { return putAttempts(db, stage.attempts); });
    then(!stage.outputs.empty(), [&] { return putOutputs(db, stage.outputs); });
    then(!stage.curves.isEmpty(), [&] { return putCurves(db, stage.curves); });
    then(!stage.batches.isEmpty(), [&] { return putBatches(db, stage.batches); });
    then(!stage.machines.isEmpty(), [&] { return putMachines(db, stage.machines); });
    then(!stage.removedMachines.empty(),
         [&] { return removeMachines(db, stage.removedMachines, wallClock()); });
    then(!stage.submissions.isEmpty(), [&] { return putSubmissions(db, stage.submissions); });
    for (const qint64 submission : stage.removedSubmissions)
        then(true, [&] { return removeSubmission(db, submission); });
    then(!stage.strays.empty(), [&] { return putStrays(db, stage.strays); });
    then(!stage.users.isEmpty(), [&] { return putUsers(db, stage.users); });
    then(!stage.removedUsers.empty(), [&] { return removeUsers(db, stage.removedUsers); });
    then(!stage.projects.isEmpty(), [&] { return putProjects(db, stage.projects); });
    then(!stage.removedProjects.empty(), [&] { return removeProjects(db, stage.removedProjects); });
    then(!stage.tokens.isEmpty(), [&] { return putTokens(db, stage.tokens); });
    then(!stage.removedTokens.empty(), [&] { return removeTokens(db, stage.removedTokens); });
    then(!stage.invitations.isEmpty(), [&] { return putInvitations(db, stage.invitations); });
    then(!stage.removedInvitations.empty(),
         [&] { return removeInvitations(db, stage.removedInvitations); });
    then(!stage.operations.isEmpty(), [&] { return putOperations(db, stage.operations); });
    then(!stage.newSlices.empty(), [&] { return insertSlices(db, stage.newSlices); });
    then(!stage.undoneSlices.empty(), [&] { return putUndo(db, stage.undoneSlices); });
    then(!stage.removedOperations.empty(),
         [&] { return removeOperations(db, stage.removedOperations); });
    then(!stage.blobs.isEmpty(), [&] { return putBlobs(db, stage.blobs); });
    then(!stage.newBlobOwners.empty(), [&] { return putBlobOwners(db, stage.newBlobOwners); });
    then(!stage.removedInputs.empty(), [&] { return removeInputs(db, stage.removedInputs); });
    then(!stage.newBlobUses.empty(), [&] { return putBlobUses(db, stage.newBlobUses); });
    then(!stage.removedBlobs.empty(), [&] { return removeBlobs(db, stage.removedBlobs); });
    then(!stage.audit.empty(), [&] { return insertAudit(db, stage.audit); });
    then(!stage.series.empty(), [&] { return putSeries(db, stage.series); });
    for (const auto &[kind, before] : stage.removedSeries)
        then(true, [&] { return removeSeries(db, kind, before); });
    then(!stage.meta.isEmpty(), [&] { return putMeta(db, stage.meta); });
    then(true, [&] { return raiseRevision(db, stage.highestRevision()); });
    return done;
}

Result<Snapshot> Writer::load()
{
    if (!m_database || m_database->isLost()) {
        if (const Result<void> opened = open(); !opened)
            return opened.error();
    }
    if (const Result<void> ready = prepareForLoad(); !ready)
        return ready.error();
    if (const Result<void> begun = m_database->begin(); !begun)
        return begun.error();
    Result<Snapshot> snapshot = readAll();
    m_database->rollback();
    return snapshot;
}

Result<void> Writer::prepareForLoad()
{
    if (const Result<void> begun = m_database->begin(); !begun)
        return begun.error();
    const Instant now = wallClock();
    Result<void> done = putMeta(
        *m_database, {{u"loaded"_s, QByteArray::number(toMicroseconds(now))}});
    if (done)
        done = sweepSubmissions(*m_database, now - submissionsKept);
    if (done && isPostgres())
        done = m_leadership.stamp(*m_database);
    if (done)
        done = m_database->commit();
    if (!done)
        m_database->rollback();
    return done;
}

Result<Snapshot> Writer::readAll()
{
    Database &db = *m_database;
    Snapshot all;
    Result<void> done;
    readPart(done, all.meta, allMeta(db));
    readPart(done, all.revision, presentRevision(db));
    readPart(done, all.shapes, allShapes(db));
    readPart(done, all.batches, liveBatches(db));
    readPart(done, all.machines, allMachines(db));
    readPart(done, all.tasks, unfinishedTasks(db));
    readPart(done, all.attempts, openAttempts(db));
    readPart(done, all.needs, openNeeds(db));
    readPart(done, all.specs, startedSpecs(db));
    readPart(done, all.shares, taskShares(db));
    readPart(done, all.strays, allStrays(db));
    readPart(done, all.submissions, allSubmissions(db));
    readPart(done, all.users, allUsers(db));
    readPart(done, all.tokens, allTokens(db));
    readPart(done, all.invitations, allInvitations(db));
    readPart(done, all.operations, runningOperations(db));
    readPart(done, all.projects, allProjects(db));
    readPart(done, all.blobs, allBlobs(db));
    readPart(done, all.blobOwners, allBlobOwners(db));
    if (!done)
        return done.error();
    return Result<Snapshot>(std::move(all));
}

} // namespace Drover
