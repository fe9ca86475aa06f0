#pragma once

#include "backend/api/blobdoor.h"
#include "backend/api/rooms.h"
#include "backend/api/router.h"
#include "backend/protocol/blobrequests.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

namespace Drover {

class Sessions;

/// Decides who may hand a blob in and who may read it, takes down what was handed in, and collects
/// what nothing refers to any more. Lives in the state thread; the bytes pass between BlobDoor (net
/// thread) and BlobFiles (blob thread) alone.
class BlobDesk : public QObject
{
    Q_OBJECT

public:
    BlobDesk(Rooms &rooms, Sessions &sessions, BlobDoor &door, BlobFiles &files, QObject *parent = nullptr);

    /// For files of the session that asks, as long as it is connected and an hour at most.
    Result<BlobTicket> ticket(const Caller &caller);

    void outputs(const Caller &caller, const GetTaskOutputs &request, const Answer<TaskOutputs> &answer);

    /// Calls `then` with whether the caller may name the blobs of these specs; nearly always at once.
    void checkInputs(const Caller &caller, const QList<PreparedSpec> &specs,
                     std::function<void(const Result<void> &)> then);

    /// Looks for what may be collected.
    void sweep();

private:
    struct Ticket
    {
        SessionId session;
        UserId user;
        SteadyInstant until;
    };
    struct Upload
    {
        BlobUpload upload;
        Caller caller;
    };

    void onAsked(const BlobAsk &ask);
    void onFinished(qint64 transfer, const Result<qint64> &size);
    void onRemoved(const QString &hash);
    Result<Caller> callerOf(const BlobAsk &ask);
    Result<void> mayHandIn(const Caller &caller, const BlobAsk &ask) const;
    void let(const Caller &caller, const BlobAsk &ask);
    void read(const Caller &caller, const BlobAsk &ask);
    void refuse(qint64 transfer, const Error &error);
    qint64 reserved() const;

    Rooms &m_rooms;
    Sessions &m_sessions;
    BlobDoor &m_door; ///< by queued calls only
    BlobFiles &m_files; ///< likewise
    QHash<QByteArray, Ticket> m_tickets; ///< by hash of the secret
    QHash<qint64, Upload> m_uploads;
    QSet<QString> m_removing; ///< their files are being removed: not to be handed in meanwhile
    QTimer m_sweeps;
};

} // namespace Drover
