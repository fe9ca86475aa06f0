#pragma once

#include "backend/api/frontdoor.h"
#include "backend/files/blobfiles.h"

#include <QtCore/QHash>

namespace Drover {

/// What somebody at the door wants of a blob.
struct BlobAsk
{
    enum class What {
        Get, ///< its bytes
        Probe, ///< how much of it is here
        Put, ///< to hand it in
    };
    qint64 transfer = 0;
    What what = What::Get;
    QString hash;
    QString bearer; ///< a ticket or a token
    QString address;
    MachineId machine; ///< by its certificate, whose fingerprint is
    QString fingerprint;
    qint64 task = 0; ///< through which it is asked for
    int attempt = 0;
    qint64 size = 0; ///< of what is handed in
    qint64 from = 0;
};

/// GET and PUT /blob/<hash>: the part that lives with the sockets. Asks the state thread whether it
/// may, then moves bytes between the connection and the blob thread, a few pieces ahead at most.
///
///     GET  /blob/<hash>?task=<id>        with Range: bytes=<from>-
///     PUT  /blob/<hash>                  with Content-Range: bytes <from>-<to>/<size>
///     PUT  /blob/<hash>                  with Content-Range: bytes */<size>, and no body: 200, or
///                                        308 with Range: bytes=0-<to>: go on behind it
///
/// Lives in the net thread; its answers come by queued calls.
class BlobDoor : public QObject
{
    Q_OBJECT

public:
    BlobDoor(FrontDoor &door, BlobFiles &files, QObject *parent = nullptr);
    ~BlobDoor() override;

    // From the state thread, by queued calls. To a transfer that is gone they do nothing.
    void refuse(qint64 transfer, const Error &error);
    /// It has that already, from him.
    void isThere(qint64 transfer);
    void take(qint64 transfer, const BlobUpload &upload);
    void serve(qint64 transfer, qint64 size);
    /// What was handed in is known from now on.
    void stored(qint64 transfer);

signals:
    void asked(const Drover::BlobAsk &ask);
    /// An upload that was let in is over, one way or the other.
    void over(qint64 transfer);

private:
    struct Transfer;

    HttpBodySink onRequest(BlobAsk::What what, const HttpRequest &request, const HttpAnswer &answer);
    void onPiece(qint64 transfer, const QByteArray &piece);
    void onComplete(qint64 transfer);
    void onMeasured(qint64 transfer, qint64 size);
    void onBegun(qint64 transfer, const Result<qint64> &from);
    void onWritten(qint64 transfer, const Result<qint64> &bytes);
    void onRead(qint64 transfer, const Result<QByteArray> &piece);
    void startAnswer(qint64 transfer);
    void onWanted(qint64 transfer);
    void readNext(qint64 transfer);
    void end(qint64 transfer);
    void prune();
    Transfer *find(qint64 transfer);

    FrontDoor &m_door;
    BlobFiles &m_files;
    std::unordered_map<qint64, std::unique_ptr<Transfer>> m_transfers;
    qint64 m_last = 0;
};

} // namespace Drover

Q_DECLARE_METATYPE(Drover::BlobAsk)
