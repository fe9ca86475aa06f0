#include "backend/tls/invitationlink.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr QLatin1StringView prefix("drover://join/");
constexpr qsizetype longestLink = 8 * 1024;
constexpr qsizetype secretLength = 27; // one length, so that a cut link is seen
constexpr qsizetype mostAddresses = 16;

Error badLink(const QString &what)
{
    return fail(
        ErrorCode::Invalid,
        u"this is not a whole invitation link: %1; copy it again, from drover:// to its end"_s.arg(
            what));
}

bool isSecret(QStringView text)
{
    const auto allowed = [](QChar c) {
        return (c.unicode() < 128 && c.isLetterOrNumber()) || c == u'-' || c == u'_';
    };
    return text.size() == secretLength && std::all_of(text.begin(), text.end(), allowed);
}

// The port stands after the last colon, so an IPv6 address needs no brackets (which a shell reads).
Result<ServerAddress> addressOf(QStringView text)
{
    const qsizetype colon = text.lastIndexOf(u':');
    if (colon < 0)
        return badLink(u"an address has no port"_s);
    return ServerAddress::parse(u"[%1]%2"_s.arg(text.left(colon), text.mid(colon)));
}

} // namespace

QString InvitationLink::printed() const
{
    QStringList texts;
    for (const ServerAddress &address : addresses)
        texts.append(address.host + u':' + QString::number(address.port));
    return prefix + (kind == Kind::User ? "user"_L1 : "machine"_L1) + u'/' + texts.join(u',') + u'/'
        + pin.printed() + u'/' + secret;
}

Result<InvitationLink> InvitationLink::parse(QStringView text)
{
    text = text.trimmed();
    if (text.size() > longestLink)
        return badLink(u"it is over 8 kB"_s);
    if (!text.startsWith(prefix))
        return badLink(u"it does not begin with %1"_s.arg(prefix));
    const QList<QStringView> parts = text.mid(prefix.size()).split(u'/');
    if (parts.size() != 4)
        return badLink(u"a part is missing"_s);

    InvitationLink link;
    if (parts.at(0) == "machine"_L1)
        link.kind = Kind::Machine;
    else if (parts.at(0) != "user"_L1)
        return badLink(u"it is neither for a user nor for a machine"_s);
    const QList<QStringView> addresses = parts.at(1).split(u',');
    if (addresses.size() > mostAddresses)
        return badLink(u"it has over %1 addresses"_s.arg(mostAddresses));
    for (const QStringView &part : addresses) {
        const Result<ServerAddress> address = addressOf(part);
        if (!address)
            return badLink(address.error().message);
        link.addresses.append(*address);
    }
    const Result<Pin> pin = Pin::parse(parts.at(2));
    if (!pin)
        return badLink(pin.error().message);
    link.pin = *pin;
    if (!isSecret(parts.at(3)))
        return badLink(u"its secret is cut"_s);
    link.secret = parts.at(3).toString();
    return link;
}

} // namespace Drover
