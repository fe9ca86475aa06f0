#pragma once

#include "backend/link/link.h"
#include "backend/protocol/batchrequests.h"
#include "backend/protocol/blobrequests.h"
#include "backend/protocol/feedrequests.h"
#include "backend/protocol/machinerequests.h"
#include "backend/protocol/outputrequests.h"
#include "backend/protocol/sessionrequests.h"
#include "backend/protocol/submissionrequests.h"
#include "backend/protocol/taskrequests.h"

namespace Drover {

/// Whom to call and who is calling: a token, or a user with a password; with neither nobody signs
/// in, which is enough to redeem an invitation.
struct ClientTarget
{
    LinkTarget link;
    QString token;
    QString user;
    QString password;
};

/// How patient a client is with a daemon that is away.
struct ClientSettings
{
    LinkSettings link;
    std::chrono::milliseconds firstPatience{
        0}; ///< before it was ever signed in; 0: one round of addresses
    std::chrono::milliseconds patience{60'000}; ///< later: a restart of the daemon is ridden out
};

/// May a request be sent again when its answer was lost? What only reads, what sets a thing to a
/// value, and what carries a key may; what would be done twice may not.
template <typename Request>
inline constexpr bool isRepeatable
    = std::is_same_v<Request, GetStatus> || std::is_same_v<Request, ListTasks>
    || std::is_same_v<Request, GetTask> || std::is_same_v<Request, AwaitTasks>
    || std::is_same_v<Request, ListBatches> || std::is_same_v<Request, ListMachines>
    || std::is_same_v<Request, ReadOutput> || std::is_same_v<Request, CancelTasks>
    || std::is_same_v<Request, HoldTasks> || std::is_same_v<Request, HoldEverything>
    || std::is_same_v<Request, SetPriority> || std::is_same_v<Request, GetBlobTicket> || std::is_same_v<Request, GetTaskOutputs>
    || std::is_same_v<Request, GetWindowPage> || std::is_same_v<Request, CountTasks>
    || std::is_same_v<Request, LabelTasks> || std::is_same_v<Request, SetBatch>
    || std::is_same_v<Request, SetMachine> || std::is_same_v<Request, BeginSubmission>;

/// A person's or program's session with the daemon: signs in at each connection, keeps requests
/// until it is signed in, and sends again what may be sent again: after `busy` as soon as the
/// daemon says, and after a lost answer when `isRepeatable`, or when the request has an idempotency
/// key. Every request is answered exactly once, at once where nobody asked to connect or the daemon
/// has refused. Lives in one thread, with all its receivers.
class Client : public QObject
{
    Q_OBJECT

public:
    /// `program` is name and version of the program, for the audit.
    explicit Client(QString program, const ClientSettings &settings = {},
                    QObject *parent = nullptr);

    void open(const ClientTarget &target);
    /// What is pending is answered Interrupted.
    void close();
    /// Does not wait any longer for the next try.
    void retryNow() { m_link.retryNow(); }

    bool isReady() const { return m_ready; }
    const SessionInfo &session() const { return m_session; } ///< of the last sign-in
    const Link &link() const { return m_link; }
    const LinkTarget &target() const { return m_target.link; }

    /// The handler is called in a later turn, and not at all once `context` is dead. `limit` as
    /// Link::send has it: how long the reply may take once it was asked for.
    template <RequestType Request>
    void send(const Request &request, QObject *context,
              std::function<void(const Result<typename Request::Reply> &)> handler,
              std::optional<std::chrono::milliseconds> limit = {})
    {
        bool repeatable = isRepeatable<Request>;
        if constexpr (requires { request.key; })
            repeatable = repeatable || !request.key.isEmpty();
        sendRequest(
            Request::method, encode(request), context,
            [handler = std::move(handler)](const Result<QByteArray> &reply) {
                if (reply)
                    handler(decode<typename Request::Reply>(*reply));
                else
                    handler(reply.error());
            },
            repeatable ? Repeat::WhenLost : Repeat::Never, limit);
    }

    enum class Repeat { Never, WhenLost };

    /// What is known by name only; params and reply are CBOR, the name outlives the request.
    void sendRequest(QLatin1StringView method, const QByteArray &params, QObject *context,
                     std::function<void(const Result<QByteArray> &)> handler,
                     Repeat repeat = Repeat::Never,
                     std::optional<std::chrono::milliseconds> limit = {});

signals:
    void signedIn(const Drover::SessionInfo &session);
    /// The daemon does not let us in: a person must do something. Nothing is tried again before
    /// `open`.
    void refused(const Drover::Error &error);
    /// It was connected, and is no more; it connects again by itself.
    void lost(const Drover::Error &error);

private:
    using Steady = std::chrono::steady_clock;

    struct Pending
    {
        QLatin1StringView method;
        QByteArray params;
        QPointer<QObject> context;
        std::function<void(const Result<QByteArray> &)> handler;
        Repeat repeat = Repeat::Never;
        std::optional<std::chrono::milliseconds> limit;
        Steady::time_point waitsSince;
    };

    void close(const Error &reason);
    void onConnected();
    void onDisconnected(const Error &error);
    void onFailed(const Error &error);
    void onSignedIn(const Result<SessionInfo> &session);
    void ready();
    void transmit(Pending pending);
    void onReply(Pending pending, const Result<QByteArray> &reply);
    void wait(Pending pending);
    void sendLater(Pending pending, std::chrono::milliseconds delay);
    void answerWaiting(const Error &error);
    static void answer(const Pending &pending, const Result<QByteArray> &reply);

    QString m_program;
    ClientSettings m_settings;
    ClientTarget m_target;
    Link m_link;
    SessionInfo m_session;
    QList<Pending> m_waiting; // until we are signed in, in the order they came
    std::optional<Error> m_closed = Error{ErrorCode::Unreachable, QStringLiteral("not connected")};
    bool m_ready = false;
    bool m_wasReady = false;
};

} // namespace Drover
