#pragma once

#include "backend/link/linksettings.h"

#include <QtCore/QObject>
#include <QtCore/QPointer>
#include <QtCore/QThread>

#include <functional>
#include <memory>
#include <unordered_map>

namespace Drover {

class BlobTransfer;

/// A file as the daemon calls it.
struct BlobFile
{
    QString hash; ///< BLAKE2b-256 in hex
    qint64 size = 0;
};

/// One file to hand in, or to bring.
struct BlobOrder
{
    enum class Way {
        Hash, ///< say what it is called, and move nothing
        Up,
        Down,
    };
    Way way = Way::Up;
    QString path; ///< of the local file; a download is there whole and right, or not at all
    int file = -1; ///< up: open already, and ours from now on; then `path` is for messages
    QString hash; ///< down: what it is called
    QByteArray query; ///< through what it is asked for: "task=7&attempt=1"
};

/// How patient a carrier is.
struct CarrierSettings
{
    int atOnce = 4; ///< transfers; the others wait
    std::chrono::milliseconds stall {60'000}; ///< without a byte: cut, and tried again
    std::chrono::milliseconds patience {120'000}; ///< with a daemon that does not answer; 0: for ever
};

/// Brings files to the daemon and back, over connections of their own, in a thread of its own: hashing
/// and files are there too. What is cut goes on where it was; what the daemon has already from us is
/// not sent again; what comes is checked against its hash. Each order is answered once, in the thread
/// of this object, unless its context has died or it was cancelled.
class BlobCarrier : public QObject
{
    Q_OBJECT

public:
    using Done = std::function<void(const Result<BlobFile> &)>;
    using Progress = std::function<void(qint64 done, qint64 all)>;

    explicit BlobCarrier(const CarrierSettings &settings = {}, QObject *parent = nullptr);
    ~BlobCarrier() override;

    /// Whom to call, and as whom: a token or ticket, where the target has no identity. Orders that
    /// are under way go there with their next try.
    void setTarget(const LinkTarget &target, const QString &bearer = {});

    /// A number to cancel it by.
    qint64 carry(const BlobOrder &order, QObject *context, Done done, Progress progress = {});
    /// Its handler is not called any more. What has come or gone of it is kept for another try.
    void cancel(qint64 order);

private:
    struct Waiting
    {
        QPointer<QObject> context;
        Done done;
        Progress progress;
    };

    class Worker;
    void onProgressed(qint64 order, qint64 done, qint64 all);
    void onFinished(qint64 order, const Result<BlobFile> &result);

    QThread m_thread;
    Worker *m_worker; // lives in m_thread, and goes with it
    std::unordered_map<qint64, Waiting> m_waiting;
    qint64 m_last = 0;
};

} // namespace Drover

Q_DECLARE_METATYPE(Drover::Result<Drover::BlobFile>)
