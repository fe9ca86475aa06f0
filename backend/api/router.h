#pragma once

#include "backend/access/access.h"
#include "backend/protocol/envelope.h"

#include <QtCore/QHash>

#include <functional>
#include <memory>

namespace Drover {

/// Where a reply goes: encoded by whoever holds the connection. Any thread; answers once.
class ReplyChannel
{
public:
    virtual ~ReplyChannel() = default;
    /// `encoded` is the CBOR of the reply; made where the connection lives.
    virtual void reply(std::function<QByteArray()> encoded) = 0;
    virtual void refuse(const Error &error) = 0;
};

/// The right to answer a request of type R, now or later, from any thread, once.
template<typename Reply>
class Answer
{
public:
    explicit Answer(std::shared_ptr<ReplyChannel> channel) : m_channel(std::move(channel)) { }

    void operator()(const Reply &reply) const
    {
        m_channel->reply([reply] { return encode(reply); });
    }
    void operator()(const Error &error) const { m_channel->refuse(error); }
    void operator()(const Result<Reply> &result) const
    {
        if (result)
            (*this)(*result);
        else
            (*this)(result.error());
    }

private:
    std::shared_ptr<ReplyChannel> m_channel;
};

enum class Who { Anybody, Agent, SignedIn, Viewer, Operator, Admin };

/// How a method is guarded, before its handler sees it.
struct MethodRules
{
    Who who = Who::Viewer;
    bool refusedWhenBusy = false; ///< a command that writes; never agents, reads, hold or cancel
    bool everywhere = false; ///< the level on `*`, since it touches all projects; else in any one
};

/// Which handler answers which method, and who may call it. Filled by the handlers at start, from
/// then on read by the net thread (decode) and the state thread (call).
class Router
{
public:
    /// What a decoded request does in the state thread.
    using Call = std::function<void(const Caller &, const std::shared_ptr<ReplyChannel> &)>;

    template<RequestType R>
    using Handler = std::function<void(const Caller &, const R &, const Answer<typename R::Reply> &)>;

    template<RequestType R>
    void handle(MethodRules rules, Handler<R> handler)
    {
        handlePrepared<R, R>(
            rules, [](R &&request) -> Result<R> { return std::move(request); },
            [handler](const Caller &caller, R &request, const Answer<typename R::Reply> &answer) {
                handler(caller, request, answer);
            });
    }

    /// `prepare` runs where the request is decoded: work that needs no state.
    template<RequestType R, typename Prepared>
    void handlePrepared(MethodRules rules, std::function<Result<Prepared>(R &&)> prepare,
                        std::function<void(const Caller &, Prepared &, const Answer<typename R::Reply> &)> handler)
    {
        m_entries.insert(QByteArray(R::method.data(), R::method.size()), {rules, [prepare, handler](const QByteArray &params) -> Result<Call> {
            Result<R> request = decode<R>(params, R::method.startsWith(QLatin1String("agent."))
                                                      ? UnknownFields::Skip : UnknownFields::Refuse);
            if (!request)
                return request.error();
            Result<Prepared> prepared = prepare(std::move(*request));
            if (!prepared)
                return prepared.error();
            auto shared = std::make_shared<Prepared>(std::move(*prepared));
            return Call([handler, shared](const Caller &caller, const std::shared_ptr<ReplyChannel> &channel) {
                handler(caller, *shared, Answer<typename R::Reply>(channel));
            });
        }});
    }

    template<NotificationType N>
    void listen(std::function<void(const Caller &, const N &)> handler)
    {
        m_entries.insert(QByteArray(N::method.data(), N::method.size()), {MethodRules {.who = Who::Agent}, [handler](const QByteArray &params) -> Result<Call> {
            Result<N> message = decode<N>(params);
            if (!message)
                return message.error();
            auto shared = std::make_shared<N>(std::move(*message));
            return Call([handler, shared](const Caller &caller, const std::shared_ptr<ReplyChannel> &) {
                handler(caller, *shared);
            });
        }});
    }

    struct Entry
    {
        MethodRules rules;
        std::function<Result<Call>(const QByteArray &params)> decode;
    };
    /// Null when there is no such method.
    const Entry *find(const QString &method) const;
    QList<QByteArray> methods() const { return m_entries.keys(); }

private:
    QHash<QByteArray, Entry> m_entries;
};

} // namespace Drover
