#pragma once

#include "backend/api/frontdoorlimits.h"
#include "backend/api/httpmessage.h"

#include <http_parser.h>
#include <tl/expected.hpp>

namespace Drover {

/// Reads one request of HTTP/1.0 or 1.1 after the other: heads whole, bodies in pieces. All the
/// syntax is http_parser's; this adds what it leaves to its user: one Host, one length, no
/// encoding that we do not speak, sizes. No I/O.
class HttpParser
{
public:
    explicit HttpParser(const FrontDoorLimits &limits);

    /// Where the head in `bytes` ends (behind its blank line), 0 when it has not ended yet.
    /// `from` is where an earlier call with fewer bytes left off.
    static qsizetype endOfHead(QByteArrayView bytes, qsizetype from);

    /// `bytes` is exactly one head. A refusal says which status it deserves.
    tl::expected<HttpHead, HttpReply> readHead(QByteArrayView bytes);

    /// Takes what belongs to the body of the request last read, appends it to `piece`, and says
    /// how many bytes of `bytes` that were; what is left belongs to the next request.
    tl::expected<qsizetype, HttpReply> readBody(QByteArrayView bytes, QByteArray &piece);

    /// The last byte of the request has been read.
    bool isComplete() const { return m_isComplete; }

private:
    static int onTarget(http_parser *parser, const char *at, size_t length);
    static int onField(http_parser *parser, const char *at, size_t length);
    static int onValue(http_parser *parser, const char *at, size_t length);
    static int onHeadComplete(http_parser *parser);
    static int onBody(http_parser *parser, const char *at, size_t length);
    static int onComplete(http_parser *parser);
    static const http_parser_settings &callbacks();

    tl::expected<HttpHead, HttpReply> judged(HttpHead head) const;

    const FrontDoorLimits &m_limits;
    http_parser m_parser{};
    QByteArray m_target;
    HttpHeaders m_headers;
    std::optional<quint64> m_contentLength;
    bool m_isValue = false; // a value was read last: the next field begins a header
    bool m_isHeadComplete = false;
    bool m_isComplete = false;
    QByteArray *m_piece = nullptr;
};

} // namespace Drover
