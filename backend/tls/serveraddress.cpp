#include "backend/tls/serveraddress.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr qsizetype longestHost = 253;

bool isHost(QStringView text)
{
    const auto allowed = [](QChar c) {
        return (c.unicode() < 128 && c.isLetterOrNumber()) || c == u'.' || c == u'-' || c == u'_'
            || c == u':';
    };
    return !text.isEmpty() && text.size() <= longestHost
        && std::all_of(text.begin(), text.end(), allowed);
}

Error notAnAddress(QStringView text)
{
    return fail(ErrorCode::Invalid,
                u"'%1' is no address; write host:port, for instance drover.example:7443"_s.arg(
                    text.left(longestHost)));
}

} // namespace

Result<ServerAddress> ServerAddress::parse(QStringView text)
{
    QStringView host = text;
    QStringView port;
    if (text.startsWith(u'[')) {
        const qsizetype end = text.indexOf(u']');
        if (end < 0 || (end + 1 < text.size() && text.at(end + 1) != u':'))
            return notAnAddress(text);
        host = text.mid(1, end - 1);
        port = text.mid(std::min(end + 2, text.size()));
        if (end + 2 == text.size())
            return notAnAddress(text);
    } else if (text.count(u':') == 1) { // with more of them it is a bare IPv6 address
        const qsizetype colon = text.indexOf(u':');
        host = text.left(colon);
        port = text.mid(colon + 1);
        if (port.isEmpty())
            return notAnAddress(text);
    }
    bool isNumber = true;
    const quint16 number = port.isEmpty() ? defaultPort : port.toUShort(&isNumber);
    if (!isHost(host) || !isNumber || number == 0)
        return notAnAddress(text);
    return ServerAddress{host.toString(), number};
}

QString printed(const ServerAddress &address)
{
    const QString host = address.host.contains(u':') ? u'[' + address.host + u']' : address.host;
    return host + u':' + QString::number(address.port);
}

QString printed(const QList<ServerAddress> &addresses)
{
    QStringList texts;
    for (const ServerAddress &address : addresses)
        texts.append(printed(address));
    return texts.join(u", "_s);
}

} // namespace Drover
