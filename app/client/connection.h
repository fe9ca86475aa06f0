#pragma once

#include "app/client/connectionstatus.h"
#include "app/client/filetransfers.h"
#include "app/client/notificationchannel.h"
#include "app/client/redemption.h"
#include "app/client/submission.h"
#include "app/client/tunnelsettings.h"

#include <QtCore/QThread>

#include <unordered_map>

namespace Drover {

class ConnectionWorker;

/// One daemon, as a program with windows sees it: a Client in a thread of its own, with a face in
/// the thread that made it. Sockets, encoding and decoding happen over there; here come values. No
/// call here ever waits, and every request is answered once, in a later turn, unless its receiver
/// or the connection dies first.
///
/// Notifications come in batches, at most 30 a second and none before the last one was taken, so
/// that a window that is busy gets fewer and larger ones. What the daemon said before a reply is
/// handed over before that reply.
///
/// GUI thread. Its destructor waits for its thread to end, which waits for nothing.
class Connection : public QObject
{
    Q_OBJECT

public:
    /// `program` is name and version of the program, for the audit.
    explicit Connection(QString program, const ClientSettings &settings = {}, QObject *parent = nullptr);
    ~Connection() override;

    /// Connects, and stays connected until `close`. `tunnel`: through the system's ssh.
    void open(const ClientTarget &target, const std::optional<TunnelSettings> &tunnel = {});
    /// What is pending is answered Interrupted.
    void close();
    /// Does not wait any longer for the next try.
    void retryNow();

    const ConnectionStatus &status() const { return m_status; }
    bool isReady() const { return m_status.isReady(); } ///< signed in, and not away
    const SessionInfo &session() const { return m_session; } ///< of the last sign-in

    /// A question names who waits for the answer; the handler is dropped when the receiver dies.
    /// While the daemon is away, requests wait as ClientSettings say. `limit` as Link::send has it.
    template <RequestType Request>
    void send(const Request &request, QObject *context,
              std::function<void(const Result<typename Request::Reply> &)> handler,
              std::optional<std::chrono::milliseconds> limit = {})
    {
        using Reply = typename Request::Reply;
        const qint64 number = expect<Reply>(context, std::move(handler));
        post([request, limit, number](Client &client, QObject *there, const Deliver &deliver) {
            client.send(
                request, there,
                [deliver, number](const Result<Reply> &reply) {
                    deliver([number, reply](Connection &here) { here.answer(number, &reply); });
                },
                limit);
        });
    }

    /// Any method by its name; params and reply are CBOR. For what is known by name only.
    void sendRaw(const QString &method, const QByteArray &params, QObject *context,
                 std::function<void(const Result<QByteArray> &)> handler);

    /// Submits however many tasks; see Submission. `progress`: tasks the daemon has taken, of all.
    void submit(const Submit &request, QObject *context,
                std::function<void(const Result<Submitted> &)> handler,
                std::function<void(qint64 taken, qint64 all)> progress = {});

    /// Hands files in; see FileTransfers. When `context` dies nobody hears of it any more, and what is
    /// under way is not taken back: the daemon has it for the next time.
    using FilesProgress = std::function<void(qint64 bytes, qint64 allBytes, qsizetype files, qsizetype allFiles)>;
    void upload(const QStringList &paths, QObject *context,
                std::function<void(const Result<FileTransfers::Uploaded> &)> handler, FilesProgress progress = {});

    /// Turns an invitation into a user with a token; see Redemption. Needs no `open`.
    void redeem(const InvitationLink &invitation, const QString &user, const QString &password,
                QObject *context, std::function<void(const Result<Redeemed> &)> handler);

    /// Calls the handler with each batch of notifications of that type, in order, until `context`
    /// dies.
    template <NotificationType Notification>
    void listen(QObject *context, std::function<void(const QList<Notification> &)> handler)
    {
        addChannel(std::make_shared<NotificationChannelOf<Notification>>(context, std::move(handler)));
    }

signals:
    /// Any change, and once a second while it is connected: figures for the pill.
    void statusChanged(const Drover::ConnectionStatus &status);
    /// At each sign-in, the first and all later ones: subscribe here.
    void signedIn(const Drover::SessionInfo &session);
    /// It was signed in, and is no more; it comes back by itself.
    void lost(const Drover::Error &error);

private:
    friend class ConnectionWorker;

    using Delivery = std::function<void(Connection &)>; ///< made over there, called here
    using Deliver = std::function<void(Delivery)>;
    using Job = std::function<void(Client &client, QObject *there, const Deliver &deliver)>;
    /// Handlers stay in this thread: what they hold must not die in another.
    struct Expected
    {
        QPointer<QObject> context;
        std::function<void(const void *reply)> handler;
    };

    template <typename Reply>
    qint64 expect(QObject *context, std::function<void(const Result<Reply> &)> handler)
    {
        Q_ASSERT(context && context->thread() == thread());
        m_expected.emplace(++m_lastNumber,
                           Expected{context, [handler = std::move(handler)](const void *reply) {
                                        handler(*static_cast<const Result<Reply> *>(reply));
                                    }});
        return m_lastNumber;
    }
    void answer(qint64 number, const void *reply);
    void progress(qint64 number, qint64 taken, qint64 all);
    void filesProgress(qint64 number, qint64 bytes, qint64 allBytes, qsizetype files, qsizetype allFiles);
    void batchTaken();
    void post(Job job);
    void addChannel(std::shared_ptr<NotificationChannel> channel);
    void onDeliveries(const QList<Delivery> &deliveries);
    void setStatus(const ConnectionStatus &status);
    void setSession(const SessionInfo &session);

    ConnectionStatus m_status;
    SessionInfo m_session;
    std::unordered_map<qint64, Expected> m_expected;
    std::unordered_map<qint64, std::function<void(qint64, qint64)>> m_progress; // of submissions
    std::unordered_map<qint64, FilesProgress> m_filesProgress; // of uploads
    qint64 m_lastNumber = 0;
    QThread m_thread;
    ConnectionWorker *m_worker; // lives there, dies with it
};

} // namespace Drover
