#pragma once

#include "backend/protocol/codec.h"

namespace Drover {

/// How messages are wrapped, JSON-RPC 2.0 in meaning: a request {id, method, params}, its reply
/// {id, result} or {id, error}, a notification {method, params}. A CBOR frame holds one or more
/// messages, one after another (a CBOR sequence); a JSON frame holds one.
struct Envelope
{
    std::optional<qint64> id; ///< none: a notification
    QString method; ///< empty: a reply
    QByteArray params; ///< CBOR of the request, notification or result
    std::optional<Error> error; ///< a reply that says no
};

enum class WireFormat { Cbor, Json };

/// Takes a frame apart. Bounds are the caller's (the socket limits a frame); anything that is not
/// an envelope fails the whole frame with `Protocol`.
Result<QList<Envelope>> envelopesOf(const QByteArray &frame, WireFormat format);

/// The pieces of a frame. Several CBOR messages may be appended to one another.
QByteArray requestFrame(qint64 id, QLatin1StringView method, const QByteArray &params, WireFormat format);
QByteArray notificationFrame(QLatin1StringView method, const QByteArray &params, WireFormat format);
QByteArray resultFrame(qint64 id, const QByteArray &result, WireFormat format);
QByteArray errorFrame(std::optional<qint64> id, const Error &error, WireFormat format);

/// The number JSON-RPC wants beside our word in `data.code`.
int jsonRpcNumber(ErrorCode code);

/// A method's request type says `static constexpr QLatin1StringView method` and `using Reply`.
template<typename T>
concept RequestType = requires {
    { T::method } -> std::convertible_to<QLatin1StringView>;
    typename T::Reply;
};

/// A notification has a method and no reply.
template<typename T>
concept NotificationType = requires {
    { T::method } -> std::convertible_to<QLatin1StringView>;
} && !requires { typename T::Reply; };

/// The reply of a request that has nothing to say but "done".
struct Done
{
    static constexpr auto fields() { return fieldList(); }
    friend bool operator==(const Done &, const Done &) = default;
};

} // namespace Drover
