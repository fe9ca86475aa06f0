#include "backend/api/httpparser.h"

#include <algorithm>
#include <utility>

namespace Drover {

namespace {

HttpParser &of(http_parser *parser)
{
    return *static_cast<HttpParser *>(parser->data);
}

bool hasControls(const QByteArray &text)
{
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return (uchar(c) < 0x20 && c != '\t') || c == 0x7f; });
}

// Debian's http_parser is lenient here, and a name with a blank is how "Content-Length :" hides.
bool isName(const QByteArray &text)
{
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')
            || QByteArrayView("!#$%&'*+-.^_`|~").contains(c);
    });
}

HttpReply badRequest(const QByteArray &why)
{
    return httpRefusal(400, why);
}

} // namespace

HttpParser::HttpParser(const FrontDoorLimits &limits) : m_limits(limits)
{
}

qsizetype HttpParser::endOfHead(QByteArrayView bytes, qsizetype from)
{
    // A blank line, with or without carriage returns: what http_parser takes for one.
    for (qsizetype at = bytes.indexOf('\n', std::max<qsizetype>(0, from - 2)); at >= 0;
         at = bytes.indexOf('\n', at + 1)) {
        const QByteArrayView rest = bytes.sliced(at + 1);
        if (rest.startsWith('\n'))
            return at + 2;
        if (rest.startsWith("\r\n"))
            return at + 3;
    }
    return 0;
}

tl::expected<HttpHead, HttpReply> HttpParser::readHead(QByteArrayView bytes)
{
    http_parser_init(&m_parser, HTTP_REQUEST);
    m_parser.data = this;
    m_target.clear();
    m_headers.fields.clear();
    m_contentLength.reset();
    m_isValue = m_isHeadComplete = m_isComplete = false;
    const size_t read
        = http_parser_execute(&m_parser, &callbacks(), bytes.data(), size_t(bytes.size()));
    const http_errno error = HTTP_PARSER_ERRNO(&m_parser);
    if (error == HPE_CB_url)
        return tl::unexpected(httpRefusal(414, "the path is too long"));
    if (error == HPE_CB_header_field)
        return tl::unexpected(httpRefusal(431, "too many header fields"));
    if (error == HPE_INVALID_VERSION || (m_isHeadComplete && m_parser.http_major != 1))
        return tl::unexpected(httpRefusal(505, "this is HTTP/1.1"));
    const bool went = error == HPE_OK || error == HPE_PAUSED;
    if (!went || !m_isHeadComplete || read != size_t(bytes.size()))
        return tl::unexpected(badRequest(QByteArray("not HTTP: ") + http_errno_description(error)));

    HttpHead head;
    head.method = http_method_str(http_method(m_parser.method));
    head.minorVersion = m_parser.http_minor;
    head.isChunked = m_parser.flags & F_CHUNKED;
    head.contentLength = m_contentLength;
    head.keepAlive = http_should_keep_alive(&m_parser);
    const qsizetype mark = m_target.indexOf('?');
    head.path = QByteArray::fromPercentEncoding(mark < 0 ? m_target : m_target.left(mark));
    head.query = mark < 0 ? QByteArray() : m_target.mid(mark + 1);
    head.headers = std::exchange(m_headers, {});
    for (auto &[name, value] : head.headers.fields)
        value = value.trimmed();
    return judged(std::move(head));
}

tl::expected<HttpHead, HttpReply> HttpParser::judged(HttpHead head) const
{
    if (!head.path.startsWith('/') || hasControls(head.path) || head.path.contains('\t'))
        return tl::unexpected(badRequest("the path must begin with / and be plain"));
    for (const auto &[name, value] : head.headers.fields) {
        if (!isName(name) || hasControls(value))
            return tl::unexpected(badRequest("a header field that is none"));
    }
    const int hosts = head.headers.count("host");
    if (hosts > 1 || (hosts == 0 && head.minorVersion >= 1))
        return tl::unexpected(badRequest("exactly one Host, please"));
    if (head.headers.count("content-length") > 1)
        return tl::unexpected(badRequest("more than one Content-Length"));
    // Two ways to say where a body ends are how one request is smuggled inside another.
    if (head.headers.count("transfer-encoding") > 0) {
        if (head.contentLength)
            return tl::unexpected(badRequest("Content-Length and Transfer-Encoding"));
        if (head.minorVersion == 0)
            return tl::unexpected(badRequest("Transfer-Encoding in HTTP/1.0"));
        if (head.headers.tokens("transfer-encoding") != QByteArrayList{"chunked"})
            return tl::unexpected(httpRefusal(501, "Transfer-Encoding: chunked, and no other"));
    }
    return head;
}

tl::expected<qsizetype, HttpReply> HttpParser::readBody(QByteArrayView bytes, QByteArray &piece)
{
    m_piece = &piece;
    const size_t read
        = http_parser_execute(&m_parser, &callbacks(), bytes.data(), size_t(bytes.size()));
    m_piece = nullptr;
    const http_errno error = HTTP_PARSER_ERRNO(&m_parser);
    if (error != HPE_OK && error != HPE_PAUSED)
        return tl::unexpected(
            badRequest(QByteArray("broken body: ") + http_errno_description(error)));
    return qsizetype(read);
}

int HttpParser::onTarget(http_parser *parser, const char *at, size_t length)
{
    HttpParser &self = of(parser);
    self.m_target.append(at, qsizetype(length));
    return self.m_target.size() > self.m_limits.targetBytes;
}

int HttpParser::onField(http_parser *parser, const char *at, size_t length)
{
    HttpParser &self = of(parser);
    if (self.m_isHeadComplete)
        return 0; // trailers: read over
    auto &fields = self.m_headers.fields;
    if (fields.isEmpty() || self.m_isValue)
        fields.emplaceBack();
    self.m_isValue = false;
    fields.last().first += QByteArray(at, qsizetype(length)).toLower();
    return fields.size() > self.m_limits.headers;
}

int HttpParser::onValue(http_parser *parser, const char *at, size_t length)
{
    HttpParser &self = of(parser);
    if (self.m_isHeadComplete)
        return 0;
    self.m_isValue = true;
    self.m_headers.fields.last().second.append(at, qsizetype(length));
    return 0;
}

int HttpParser::onHeadComplete(http_parser *parser)
{
    HttpParser &self = of(parser);
    self.m_isHeadComplete = true;
    if (parser->flags & F_CONTENTLENGTH)
        self.m_contentLength = parser->content_length;
    // An upgrade is ours to judge; without this http_parser would take a body for another protocol.
    parser->upgrade = 0;
    return 0;
}

int HttpParser::onBody(http_parser *parser, const char *at, size_t length)
{
    if (QByteArray *piece = of(parser).m_piece)
        piece->append(at, qsizetype(length));
    return 0;
}

int HttpParser::onComplete(http_parser *parser)
{
    of(parser).m_isComplete = true;
    http_parser_pause(parser, 1); // what follows is another request, and waits for its turn
    return 0;
}

const http_parser_settings &HttpParser::callbacks()
{
    static const http_parser_settings settings = [] {
        http_parser_settings made;
        http_parser_settings_init(&made);
        made.on_url = &HttpParser::onTarget;
        made.on_header_field = &HttpParser::onField;
        made.on_header_value = &HttpParser::onValue;
        made.on_headers_complete = &HttpParser::onHeadComplete;
        made.on_body = &HttpParser::onBody;
        made.on_message_complete = &HttpParser::onComplete;
        return made;
    }();
    return settings;
}

} // namespace Drover
