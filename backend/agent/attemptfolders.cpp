#include "backend/agent/attemptfolders.h"

#include "backend/agent/removetree.h"
#include "backend/base/logging.h"

#include <QtCore/QDir>
#include <QtCore/QFile>

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

std::string bytesOf(const QString &path)
{
    return QFile::encodeName(path).toStdString();
}

/// "42-1" back into what it names; null for any other name.
AttemptId attemptOf(const QString &name)
{
    const qsizetype dash = name.indexOf(u'-');
    bool taskGood = false;
    bool nGood = false;
    const AttemptId id{TaskId{name.left(dash).toLongLong(&taskGood)},
                       name.mid(dash + 1).toInt(&nGood)};
    return dash > 0 && taskGood && nGood && printed(id) == name ? id : AttemptId();
}

Result<void> makeFolder(const std::string &path)
{
    if (mkdir(path.c_str(), 0700) == 0 || errno == EEXIST)
        return {};
    return fail(ErrorCode::Io,
                u"%1: %2"_s.arg(QString::fromStdString(path), qt_error_string(errno)));
}

} // namespace

AttemptFolders::AttemptFolders(const AgentPaths &paths, SlotUsers users)
    : m_paths(paths)
    , m_runRoot(bytesOf(paths.run()))
    , m_spareRoot(bytesOf(paths.spare()))
    , m_users(users)
    , m_bootId(bootId())
    , m_journal(paths.journal())
    , m_seats(paths.work, users)
{
}

std::string AttemptFolders::runFolder(AttemptId id) const
{
    return m_runRoot + '/' + std::to_string(id.task.value) + '-' + std::to_string(id.n);
}

Result<AttemptFolders::Opened> AttemptFolders::open()
{
    if (const int error = removeTree(AT_FDCWD, m_spareRoot.c_str()))
        return fail(ErrorCode::Io, u"%1: %2"_s.arg(m_paths.spare(), qt_error_string(error)));
    for (const std::string &path : {m_runRoot, m_spareRoot}) {
        if (const Result<void> made = makeFolder(path); !made)
            return made.error();
    }
    if (const Result<void> opened = m_seats.open(); !opened)
        return opened.error();
    if (const Result<void> opened = m_journal.open(); !opened)
        return opened.error();

    Opened opened{.generation = m_journal.generation(),
                  .epoch = m_journal.epoch(),
                  .revision = m_journal.revision(),
                  .isNewBoot = m_journal.isNewBoot(),
                  .found = {}};
    const QList<AttemptId> onDisk = idsOnDisk();
    for (const AttemptId id : onDisk) {
        m_seats.retake(m_journal.notes().value(id).seat);
        opened.found.append(find(id));
    }
    for (const AttemptNote &note : m_journal.notes()) {
        if (onDisk.contains(note.id()))
            continue;
        m_doubtful.append(note.id());
        m_seats.retake(note.seat);
    }
    return opened;
}

QList<AttemptId> AttemptFolders::idsOnDisk() const
{
    QList<AttemptId> ids;
    const QStringList names = QDir(m_paths.run()).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    for (const QString &name : names) {
        if (const AttemptId id = attemptOf(name); !id.isNull())
            ids.append(id);
    }
    return ids;
}

FoundAttempt AttemptFolders::find(AttemptId id)
{
    FoundAttempt found{.note = m_journal.notes().value(id, {.task = id.task, .n = id.n}),
                       .seat = m_seats.retake(m_journal.notes().value(id).seat,
                                              m_journal.notes().value(id).runAs),
                       .content = readRunFolder(runFolder(id))};
    const RunRecord &record = found.content.record;
    found.isThisBoot = m_bootId == record.bootId;
    if (found.content.state == RunFolderState::Running && found.isThisBoot) {
        found.isAlive = isAlive(record.shimPid, record.shimStart);
        // It may have ended between the two looks.
        if (!found.isAlive)
            found.content = readRunFolder(runFolder(id));
        if (!found.isAlive && found.content.state == RunFolderState::Running)
            found.isDying = killAbandoned(found.content.record);
    }
    return found;
}

void AttemptFolders::setHistory(qint64 epoch, qint64 revision)
{
    if (const Result<void> stored = m_journal.setHistory(epoch, revision); !stored)
        logError(LogCategory::Agent, u"cannot store the epoch",
                 {{"reason"_L1, stored.error().message}});
}

void AttemptFolders::prepare(const QList<AttemptNote> &notes)
{
    QList<PreparedAttempt> attempts;
    QList<AttemptNote> good;
    attempts.reserve(notes.size());
    for (AttemptNote note : notes) {
        PreparedAttempt attempt{.id = note.id(), .seat = {}, .error = {}};
        const Result<Seat> seat = seatFor(note);
        if (seat)
            attempt.seat = *seat;
        else
            attempt.error = seat.error();
        note.seat = attempt.seat.index;
        if (!attempt.error)
            good.append(note);
        attempts.append(attempt);
    }
    if (const Result<void> noted = m_journal.add(good); !noted) {
        for (PreparedAttempt &attempt : attempts) {
            if (attempt.error)
                continue;
            attempt.error = noted.error();
            attempt.error->code = ErrorCode::LimitReached;
            m_seats.release(attempt.seat.index);
        }
    }
    emit prepared(attempts);
}

Result<Seat> AttemptFolders::seatFor(const AttemptNote &note)
{
    const Result<Seat> seat = m_doubtful.removeOne(note.id())
        ? Result<Seat>(m_seats.retake(m_journal.notes().value(note.id()).seat))
        : m_seats.take();
    if (!seat || note.runAs.isEmpty())
        return seat;
    const Result<Seat> lent = m_seats.lend(seat->index, note.runAs);
    if (!lent)
        m_seats.release(seat->index);
    return lent;
}

void AttemptFolders::look(const QList<AttemptId> &ids)
{
    QList<FoundAttempt> found;
    for (const AttemptId id : ids)
        found.append(find(id));
    emit looked(found);
}

void AttemptFolders::lookForStrangers()
{
    QList<FoundAttempt> found;
    QList<AttemptId> neverStarted;
    for (const AttemptId id : std::as_const(m_doubtful)) {
        const FoundAttempt attempt = find(id);
        if (attempt.content.state != RunFolderState::Absent) {
            found.append(attempt);
            continue;
        }
        m_seats.release(attempt.seat.index);
        neverStarted.append(id);
    }
    m_doubtful.clear();
    if (const Result<void> removed = m_journal.remove(neverStarted); !removed)
        logWarning(LogCategory::Agent, u"cannot note what is done",
                   {{"reason"_L1, removed.error().message}});
    for (const AttemptId id : idsOnDisk()) {
        if (!m_journal.notes().contains(id))
            found.append(find(id));
    }
    if (!found.isEmpty())
        emit strangersFound(found);
}

void AttemptFolders::clean(const QList<FinishedAttempt> &finished)
{
    QList<SpareFolder> spares;
    QList<AttemptId> ids;
    for (const FinishedAttempt &attempt : finished) {
        removeRun(attempt, spares);
        if (attempt.seat >= 0 && attempt.keepFolder)
            m_seats.keep(attempt.seat, printed(attempt.id));
        else if (attempt.seat >= 0)
            m_seats.release(attempt.seat);
        ids.append(attempt.id);
    }
    if (const Result<void> removed = m_journal.remove(ids); !removed)
        logWarning(LogCategory::Agent, u"cannot note what is done",
                   {{"reason"_L1, removed.error().message}});
    emit cleaned(spares);
}

void AttemptFolders::removeRun(const FinishedAttempt &finished, QList<SpareFolder> &spares)
{
    const std::string folder = runFolder(finished.id);
    const std::string spare = m_spareRoot + '/' + std::to_string(++m_spareNumber);
    const int recycled = recycleRunFolder(folder, spare);
    if (recycled == 0) {
        spares.append({.user = finished.user, .path = spare});
        return;
    }
    if (recycled == ENOENT)
        return; // it never was started
    const int error = removeRunFolder(folder);
    if (error)
        logWarning(LogCategory::Agent, u"cannot remove a run folder",
                   {{"attempt"_L1, printed(finished.id)}, {"reason"_L1, qt_error_string(error)}});
}

} // namespace Drover
