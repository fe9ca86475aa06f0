#pragma once

#include "backend/tls/pin.h"
#include "backend/tls/serveraddress.h"

namespace Drover {

/// What lets one person or one machine in, once: where the daemon is, which CA to believe, and a
/// secret. As text
///     drover://join/user/<host>:<port>,<host>:<port>…/<pin>/<secret>
/// without any character that a shell or a chat would take for its own, and with what has a fixed
/// length at the end, so that a link that was cut is noticed. Frozen.
struct InvitationLink
{
    enum class Kind { User, Machine };

    Kind kind = Kind::User;
    Pin pin;
    QString secret; ///< as `randomSecret()` makes it: 27 characters of base64url
    QList<ServerAddress> addresses; ///< 1 to 16, tried in this order

    QString printed() const;

    /// Invalid says what is wrong and to copy it again. Leading and trailing white space is what
    /// copying adds, and is passed over.
    static Result<InvitationLink> parse(QStringView text);

    friend bool operator==(const InvitationLink &, const InvitationLink &) = default;
};

} // namespace Drover
