#pragma once

#include "backend/api/peerinfo.h"

#include <QtCore/QByteArray>
#include <QtCore/QList>

#include <optional>
#include <utility>

namespace Drover {

/// Header fields in their order; names in lower case.
struct HttpHeaders
{
    QList<std::pair<QByteArray, QByteArray>> fields;

    /// The first of that name (given in lower case), or empty.
    QByteArray value(QByteArrayView name) const;
    int count(QByteArrayView name) const;

    /// All tokens of a list such as `Connection`, over all fields of that name, in lower case.
    QByteArrayList tokens(QByteArrayView name) const;
};

/// The head of a request, as it was sent.
struct HttpHead
{
    QByteArray method; ///< "GET"
    QByteArray path; ///< percent-decoded, without control characters, begins with '/'
    QByteArray query; ///< behind '?', not decoded
    HttpHeaders headers;
    int minorVersion = 1; ///< HTTP/1.x
    std::optional<quint64> contentLength; ///< none: no body, or one in chunks
    bool isChunked = false;
    bool keepAlive = true;

    bool hasBody() const { return isChunked || contentLength.value_or(0) > 0; }
};

/// What a route's handler gets.
struct HttpRequest
{
    HttpHead head;
    QByteArray body; ///< whole; empty for a streaming route
    PeerId peer;
    PeerInfo info;
};

/// An answer, or the head of one that is streamed.
struct HttpReply
{
    int status = 200;
    QByteArray contentType;
    QByteArray body;
    QList<std::pair<QByteArray, QByteArray>> headers
        = {}; ///< more; names as they are to be written
};

/// A refusal as text that says why.
HttpReply httpRefusal(int status, const QByteArray &why);

enum class AfterAnswer { KeepOpen, Close };

/// The status line and all header fields with the blank line. `length` none: in chunks where the
/// request allows it, else until the connection's end.
QByteArray httpHead(const HttpReply &reply, std::optional<quint64> length, const HttpHead &request,
                    AfterAnswer after);

} // namespace Drover
