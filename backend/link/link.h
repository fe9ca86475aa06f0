#pragma once

#include "backend/link/linksettings.h"
#include "backend/protocol/envelope.h"

#include <QtCore/QHash>
#include <QtCore/QObject>
#include <QtCore/QPointer>
#include <QtCore/QTimer>
#include <QtNetwork/QAbstractSocket>

#include <functional>

QT_FORWARD_DECLARE_CLASS(QSslSocket)
QT_FORWARD_DECLARE_CLASS(QWebSocket)

namespace Drover {

/// A client's connection to the daemon, kept up until it is told to stop: pinned TLS to one of a
/// list of addresses, requests with their replies, notifications both ways, a heartbeat, and
/// jittered reconnects. Saying who one is (hello, sign-in) is for whoever uses it: at each
/// `connected`, before anything else.
///
/// A request that was sent is answered exactly once, by a reply or by an error: at a cut at once,
/// and nobody knows then whether it was carried out. Nothing is sent again by itself.
///
/// Lives in one thread, with all its receivers.
class Link : public QObject
{
    Q_OBJECT

public:
    explicit Link(const LinkSettings &settings = {}, QObject *parent = nullptr);
    ~Link() override;

    /// Connects, and stays connected until `close`. Replaces an earlier target.
    void open(const LinkTarget &target);
    /// What is pending is answered Interrupted. No `disconnected` follows.
    void close();
    /// Does not wait any longer.
    void retryNow();

    LinkState state() const { return m_state; }
    ServerAddress address() const { return m_address; } ///< of this connection or the last try
    const Error &lastError() const { return m_lastError; } ///< of the last failed round or cut
    int failures() const { return m_failures; } ///< rounds in a row
    std::chrono::milliseconds silentFor() const; ///< since anything was heard; 0 unless Open
    std::chrono::milliseconds latency() const { return m_latency; } ///< of the last ping
    qint64 backlog() const; ///< bytes that the daemon has not taken yet

    /// The handler is called in a later turn, and not at all once `context` is dead. While there
    /// is no connection it gets Unreachable. `limit` none: as the settings say; zero: for ever.
    template <RequestType Request>
    void send(const Request &request, QObject *context,
              std::function<void(Result<typename Request::Reply>)> handler,
              std::optional<std::chrono::milliseconds> limit = {})
    {
        sendRequest(
            Request::method, encode(request), context,
            [handler = std::move(handler)](const Result<QByteArray> &reply) {
                if (reply)
                    handler(decode<typename Request::Reply>(*reply));
                else
                    handler(reply.error());
            },
            limit);
    }

    /// As `send`, for what is known by name only; params and reply are CBOR.
    void sendRequest(QLatin1StringView method, const QByteArray &params, QObject *context,
                     std::function<void(const Result<QByteArray> &)> handler,
                     std::optional<std::chrono::milliseconds> limit = {});

    /// Lost when there is no connection, and at a cut: what must arrive is repeated by its sender.
    template <NotificationType Notification> void notify(const Notification &notification)
    {
        sendNotification(Notification::method, encode(notification));
    }
    void sendNotification(QLatin1StringView method, const QByteArray &params);

signals:
    void stateChanged(Drover::LinkState state);
    /// Open: say hello.
    void connected();
    /// It was open, and is no more. Reconnects by itself.
    void disconnected(const Drover::Error &error);
    /// A round over all addresses has failed; the error names each: Untrusted, VersionMismatch,
    /// TimedOut, Protocol or Unreachable. Goes on by itself; whoever has no patience calls `close`.
    void failed(const Drover::Error &error);
    void notified(const QString &method, const QByteArray &params);
    /// The backlog has become small again (below 256 kB).
    void drained();

private:
    struct Pending
    {
        QPointer<QObject> context;
        std::function<void(const Result<QByteArray> &)> handler;
        std::chrono::steady_clock::time_point until;
        QLatin1StringView method;
    };
    using Now = std::chrono::steady_clock;

    void startRound();
    void connectNext();
    void watch(QWebSocket *socket);
    void onOpened();
    void onSslErrors(const QList<QSslError> &errors);
    void onSocketGone();
    void onFrame(const QByteArray &frame);
    void onReply(Envelope &envelope);
    void onWritten();
    void check();
    void checkPending(Now::time_point now);

    Error reasonOfFailure() const;
    void tryFailed(const Error &error);
    void roundFailed();
    void cut(const Error &error);
    enum class Goodbye { Said, Unsaid };
    void dropSocket(Goodbye goodbye);
    void answerAll(const Error &error);
    void setState(LinkState state);

    void post(const QByteArray &message);
    void writeFrame();
    bool event(QEvent *event) override;

    const LinkSettings m_settings;
    LinkTarget m_target;
    QSslConfiguration m_tls;
    LinkState m_state = LinkState::Idle;
    QWebSocket *m_socket = nullptr;
    QPointer<QSslSocket> m_ssl; // under it
    ServerAddress m_address;
    qsizetype m_first = 0; // index of the address a round begins with
    qsizetype m_tried = 0; // addresses of this round
    QList<Error> m_roundErrors;
    Error m_lastError;
    std::optional<Error> m_verdict; // ours on the present try, before Qt's
    int m_failures = 0;

    QTimer m_retry;
    QTimer m_checks;
    Now::time_point m_since; // of the try, then of the opening
    Now::time_point m_heardAt;
    Now::time_point m_pingedAt;
    std::chrono::milliseconds m_latency{0};

    QHash<qint64, Pending> m_pending;
    qint64 m_lastId = 0;
    QByteArray m_out;
    bool m_isFlushDue = false;
    bool m_isFull = false;
};

} // namespace Drover
