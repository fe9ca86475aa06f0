#pragma once

// An agent's certificate, before it ends.

#include "backend/protocol/envelope.h"

namespace Drover {

struct Renewed
{
    QByteArray certificate; ///< PEM
    QByteArray authorities; ///< PEM

    static constexpr auto fields()
    {
        return fieldList(field("certificate", &Renewed::certificate, "PEM; empty when none was asked for"),
                         field("authorities", &Renewed::authorities, "PEM, the newest first; empty: as before"));
    }
    friend bool operator==(const Renewed &, const Renewed &) = default;
};

struct RenewMachine
{
    static constexpr QLatin1StringView method {"agent.renew"};
    static constexpr std::string_view words = "A new client certificate for the agent's key, and the authorities to believe from now on.";
    using Reply = Renewed;
    QByteArray request; ///< PEM

    static constexpr auto fields()
    {
        return fieldList(field("request", &RenewMachine::request, "PEM of the certificate request; empty: only the authorities"));
    }
    friend bool operator==(const RenewMachine &, const RenewMachine &) = default;
};

} // namespace Drover
