#include "backend/api/blobdesk.h"

#include "backend/api/sessions.h"
#include "backend/base/logging.h"
#include "backend/store/blobstore.h"
#include "backend/tls/secret.h"

#include <QtCore/QCryptographicHash>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr auto ticketValid = 1h;
constexpr auto sweepEvery = 10min;
constexpr qint64 spared = 64 * 1024 * 1024; // bytes of the disk that files never take

QByteArray hashOf(const QString &secret)
{
    return QCryptographicHash::hash(secret.toUtf8(), QCryptographicHash::Blake2b_256);
}

QString ownerOf(const Caller &caller)
{
    return caller.machine ? Blobs::ownerOf(caller.machine) : Blobs::ownerOf(caller.user);
}

} // namespace

BlobDesk::BlobDesk(Rooms &rooms, Sessions &sessions, BlobDoor &door, BlobFiles &files, QObject *parent)
    : QObject(parent), m_rooms(rooms), m_sessions(sessions), m_door(door), m_files(files)
{
    connect(&door, &BlobDoor::asked, this, &BlobDesk::onAsked);
    connect(&door, &BlobDoor::over, this, [this](qint64 transfer) { m_uploads.remove(transfer); });
    connect(&files, &BlobFiles::finished, this, &BlobDesk::onFinished);
    connect(&files, &BlobFiles::removed, this, &BlobDesk::onRemoved);
    connect(&m_sweeps, &QTimer::timeout, this, &BlobDesk::sweep);
    m_sweeps.start(std::min<std::chrono::milliseconds>(
        sweepEvery, std::max<std::chrono::milliseconds>(1s, rooms.settings.duration("blobs.keep"_L1) / 4)));
}

Result<BlobTicket> BlobDesk::ticket(const Caller &caller)
{
    if (!m_sessions.current())
        return fail(ErrorCode::Conflict, u"a ticket is for a connection that stays; over POST /rpc, use the token itself"_s);
    const SteadyInstant now = m_rooms.clock.steady();
    m_tickets.removeIf([now](const auto &each) { return each.value().until < now; });
    const QString secret = randomSecret();
    m_tickets.insert(hashOf(secret), {.session = SessionId {m_sessions.current().value}, .user = caller.user, .until = now + ticketValid});
    return BlobTicket {.ticket = secret, .validFor = ticketValid};
}

Result<Caller> BlobDesk::callerOf(const BlobAsk &ask)
{
    Caller caller;
    caller.address = ask.address;
    caller.program = u"/blob"_s;
    if (const MachineRecord *machine = ask.machine ? m_rooms.fleet.find(ask.machine) : nullptr) {
        if (machine->row.certificate.split(u' ').contains(ask.fingerprint)) {
            caller.machine = ask.machine;
            return caller;
        }
    }
    const auto ticket = m_tickets.constFind(hashOf(ask.bearer));
    if (ticket != m_tickets.cend() && ticket->until > m_rooms.clock.steady()) {
        Caller session = m_sessions.callerOf(ticket->session);
        if (session.user == ticket->user && session.isSignedIn())
            return session;
    }
    if (const auto used = ask.bearer.isEmpty() ? std::nullopt : m_rooms.access.useToken(ask.bearer)) {
        caller.user = used->user.id;
        caller.name = used->user.name;
        caller.token = used->token;
        return caller;
    }
    return fail(ErrorCode::NotSignedIn, u"say who you are: Authorization: Bearer, with a token or a ticket (blob.ticket)"_s);
}

void BlobDesk::refuse(qint64 transfer, const Error &error)
{
    QMetaObject::invokeMethod(&m_door, [&door = m_door, transfer, error] { door.refuse(transfer, error); });
}

void BlobDesk::onAsked(const BlobAsk &ask)
{
    const Result<Caller> caller = callerOf(ask);
    if (!caller)
        return refuse(ask.transfer, caller.error());
    if (ask.what == BlobAsk::What::Get)
        return read(*caller, ask);
    if (const Result<void> may = mayHandIn(*caller, ask); !may)
        return refuse(ask.transfer, may.error());
    let(*caller, ask);
}

Result<void> BlobDesk::mayHandIn(const Caller &caller, const BlobAsk &ask) const
{
    if (caller.machine) {
        const Attempt *attempt = m_rooms.attempts.find({TaskId {ask.task}, ask.attempt});
        const bool its = attempt && attempt->machine == caller.machine;
        return its ? Result<void>() : fail(ErrorCode::NotPermitted, u"that is no attempt of this machine"_s);
    }
    return m_rooms.access.may(caller, Verb::Operate);
}

qint64 BlobDesk::reserved() const
{
    qint64 bytes = 0;
    for (const Upload &upload : m_uploads)
        bytes += upload.upload.size;
    return bytes;
}

void BlobDesk::let(const Caller &caller, const BlobAsk &ask)
{
    const QString owner = ownerOf(caller);
    if (m_rooms.blobs.isOwner(ask.hash, owner)) {
        m_rooms.blobs.add(ask.hash, ask.size, owner); // kept for another day
        m_rooms.store.stage().whenCommitted([this, ask](const Result<void> &done) {
            if (!done)
                return refuse(ask.transfer, done.error());
            QMetaObject::invokeMethod(&m_door, [&door = m_door, id = ask.transfer] { door.isThere(id); });
        });
        return;
    }
    if (m_removing.contains(ask.hash))
        return refuse(ask.transfer, fail(ErrorCode::Busy, u"an earlier copy of it is being removed; try again"_s));
    const qint64 quota = m_rooms.settings.number("blobs.quota"_L1);
    const qint64 taken = m_rooms.blobs.totalSize() + reserved();
    const bool isNew = !m_rooms.blobs.isKnown(ask.hash);
    if (isNew && ask.size > quota - taken) {
        return refuse(ask.transfer,
                      fail(ErrorCode::LimitReached,
                           u"%1 bytes more than the daemon keeps (blobs.quota): an administrator raises it, or tasks"
                           " with large files are removed"_s.arg(ask.size - (quota - taken))));
    }
    const BlobUpload upload {.hash = ask.hash, .owner = owner, .size = ask.size, .from = ask.from};
    if (ask.what == BlobAsk::What::Put)
        m_uploads.insert(ask.transfer, {upload, caller});
    QMetaObject::invokeMethod(&m_door, [&door = m_door, id = ask.transfer, upload] { door.take(id, upload); });
}

void BlobDesk::onFinished(qint64 transfer, const Result<qint64> &size)
{
    if (!size)
        return refuse(transfer, size.error());
    const auto upload = m_uploads.constFind(transfer);
    if (upload == m_uploads.cend())
        return; // its sender has gone: he will ask again, and it will be found half done or not at all
    const QString hash = upload->upload.hash;
    m_rooms.blobs.add(hash, *size, upload->upload.owner);
    if (!upload->caller.machine)
        m_rooms.access.audit(upload->caller, u"blob.put"_s, hash, u"done"_s, *size);
    m_rooms.store.stage().whenCommitted([this, transfer](const Result<void> &done) {
        if (!done)
            return refuse(transfer, done.error());
        QMetaObject::invokeMethod(&m_door, [&door = m_door, transfer] { door.stored(transfer); });
    });
}

void BlobDesk::read(const Caller &caller, const BlobAsk &ask)
{
    const TaskId task {ask.task};
    if (caller.machine) {
        const Attempt *attempt = m_rooms.attempts.find({task, ask.attempt});
        if (!attempt || attempt->machine != caller.machine)
            return refuse(ask.transfer, fail(ErrorCode::NotPermitted, u"that is no attempt of this machine"_s));
    }
    m_rooms.store.ask<BlobReader>(
        this, [task, hash = ask.hash](Database &db) { return blobOfTask(db, task, hash); },
        [this, caller, ask](const Result<BlobReader> &reader) {
            if (!reader)
                return refuse(ask.transfer, reader.error());
            const bool sees = caller.machine || m_rooms.access.may(caller, Verb::View, reader->project);
            if (!sees)
                return refuse(ask.transfer, fail(ErrorCode::NotFound, u"there is no task %1"_s.arg(ask.task)));
            const Result<void> may = caller.machine ? Result<void>() : m_rooms.access.may(caller, Verb::ReadOutputs, reader->project);
            if (!may)
                return refuse(ask.transfer, may.error());
            if (reader->size < 0)
                return refuse(ask.transfer, fail(ErrorCode::NotFound, u"task %1 takes and leaves no such file"_s.arg(ask.task)));
            if (!m_rooms.blobs.isKnown(ask.hash))
                return refuse(ask.transfer, fail(ErrorCode::NotFound, u"this file is not kept any more"_s));
            QMetaObject::invokeMethod(&m_door, [&door = m_door, id = ask.transfer, size = m_rooms.blobs.sizeOf(ask.hash)] { door.serve(id, size); });
        });
}

void BlobDesk::outputs(const Caller &caller, const GetTaskOutputs &request, const Answer<TaskOutputs> &answer)
{
    m_rooms.store.ask<StoredTaskOutputs>(
        this, [task = request.task](Database &db) { return outputsOf(db, task); },
        [this, caller, request, answer](const Result<StoredTaskOutputs> &stored) {
            if (!stored)
                return answer(stored.error());
            if (!m_rooms.access.may(caller, Verb::View, stored->project))
                return answer(fail(ErrorCode::NotFound, u"there is no task %1"_s.arg(request.task.value)));
            if (const Result<void> may = m_rooms.access.may(caller, Verb::ReadOutputs, stored->project); !may)
                return answer(may.error());
            if (request.n < 0 || request.n > stored->lastAttempt)
                return answer(fail(ErrorCode::NotFound, u"task %1 has no attempt %2"_s.arg(request.task.value).arg(request.n)));
            TaskOutputs outputs {.n = request.n > 0 ? request.n : stored->resultOf, .isResult = false, .files = {}};
            outputs.isResult = outputs.n > 0 && outputs.n == stored->resultOf;
            for (const BlobUse &use : stored->outputs) {
                if (use.n == outputs.n)
                    outputs.files.append({.source = blobPrefix + use.hash, .name = use.name, .size = use.size});
            }
            answer(outputs);
        });
}

void BlobDesk::checkInputs(const Caller &caller, const QList<PreparedSpec> &specs,
                           std::function<void(const Result<void> &)> then)
{
    const QStringList foreign = m_rooms.blobs.foreign(specs, ownerOf(caller));
    if (foreign.isEmpty())
        return then({});
    m_rooms.store.ask<QHash<QString, QStringList>>(
        this, [foreign](Database &db) { return projectsUsing(db, foreign); },
        [this, caller, foreign, then = std::move(then)](const Result<QHash<QString, QStringList>> &projects) {
            if (!projects)
                return then(projects.error());
            for (const QString &hash : foreign) {
                const QStringList where = projects->value(hash);
                const bool may = m_rooms.blobs.isKnown(hash) && std::ranges::any_of(where, [&](const QString &project) {
                    return m_rooms.access.may(caller, Verb::ReadOutputs, project).has_value();
                });
                if (!may)
                    return then(fail(ErrorCode::Invalid, u"inputs: you have not handed in blob:%1; do so first, or name a file of a task that you may read"_s.arg(hash)));
            }
            then({});
        });
}

void BlobDesk::sweep()
{
    const auto kept = m_rooms.settings.duration("blobs.keep"_L1);
    m_rooms.store.ask<QSet<QString>>(
        this, [](Database &db) { return unusedBlobs(db); },
        [this, kept](const Result<QSet<QString>> &unused) {
            if (!unused)
                return;
            QSet<QString> busy;
            for (const Upload &upload : std::as_const(m_uploads))
                busy.insert(upload.upload.hash);
            const QStringList gone = m_rooms.blobs.collect(*unused - busy, kept);
            m_removing += QSet<QString>(gone.cbegin(), gone.cend());
            m_rooms.store.stage().whenCommitted([this, gone, kept](const Result<void> &done) {
                if (!done)
                    return; // memory is read anew, and they are there
                for (const QString &hash : gone)
                    QMetaObject::invokeMethod(&m_files, [&files = m_files, hash] { files.remove(hash); });
                QMetaObject::invokeMethod(&m_files, [&files = m_files, known = m_rooms.blobs.known(), kept] {
                    files.sweep(known, std::chrono::ceil<std::chrono::seconds>(kept));
                });
            });
        });
}

void BlobDesk::onRemoved(const QString &hash)
{
    m_removing.remove(hash);
    logInfo(LogCategory::Files, u"a file that nothing refers to was removed", {{"blob"_L1, hash}});
}

} // namespace Drover
