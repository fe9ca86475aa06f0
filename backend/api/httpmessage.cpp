#include "backend/api/httpmessage.h"

#include <http_parser.h>

#include <array>
#include <ctime>

namespace Drover {

namespace {

QByteArray date()
{
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::array<char, 40> text{};
    const size_t size
        = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return {text.data(), qsizetype(size)};
}

} // namespace

QByteArray HttpHeaders::value(QByteArrayView name) const
{
    for (const auto &[field, text] : fields) {
        if (field == name)
            return text;
    }
    return {};
}

int HttpHeaders::count(QByteArrayView name) const
{
    return int(std::count_if(fields.begin(), fields.end(),
                             [name](const auto &field) { return field.first == name; }));
}

QByteArrayList HttpHeaders::tokens(QByteArrayView name) const
{
    QByteArrayList all;
    for (const auto &[field, text] : fields) {
        if (field != name)
            continue;
        for (const QByteArray &part : text.split(',')) {
            if (const QByteArray token = part.trimmed().toLower(); !token.isEmpty())
                all.append(token);
        }
    }
    return all;
}

HttpReply httpRefusal(int status, const QByteArray &why)
{
    return {status, "text/plain; charset=utf-8", why + '\n'};
}

QByteArray httpHead(const HttpReply &reply, std::optional<quint64> length, const HttpHead &request,
                    AfterAnswer after)
{
    QByteArray head;
    head.reserve(256);
    head += "HTTP/1.1 " + QByteArray::number(reply.status) + ' '
        + http_status_str(http_status(reply.status)) + "\r\nDate: " + date() + "\r\n";
    if (!reply.contentType.isEmpty())
        head += "Content-Type: " + reply.contentType + "\r\n";
    const bool hasBody = reply.status != 204 && reply.status != 304;
    if (hasBody && length)
        head += "Content-Length: " + QByteArray::number(*length) + "\r\n";
    else if (hasBody && request.minorVersion >= 1)
        head += "Transfer-Encoding: chunked\r\n";
    if (after == AfterAnswer::Close)
        head += "Connection: close\r\n";
    else if (request.minorVersion == 0)
        head += "Connection: keep-alive\r\n";
    head += "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n";
    for (const auto &[name, value] : reply.headers)
        head += name + ": " + value + "\r\n";
    return head + "\r\n";
}

} // namespace Drover
