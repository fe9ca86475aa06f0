#pragma once

#include "backend/base/ids.h"
#include "backend/protocol/codec.h"

namespace Drover {

/// What an invitation of a person grants; stored with it.
struct UserInvitation
{
    QString user;
    QString level = QStringLiteral("operator");
    QString project = QStringLiteral("main");
    UserId existing; ///< who comes back in by it; none: a new user
    bool readsOutputs = true;
    bool readsSecrets = false;

    static constexpr auto fields()
    {
        return fieldList(field("user", &UserInvitation::user, "name it is for"),
                          field("level", &UserInvitation::level), field("project", &UserInvitation::project),
                          field("existing", &UserInvitation::existing),
                          field("readsOutputs", &UserInvitation::readsOutputs),
                          field("readsSecrets", &UserInvitation::readsSecrets));
    }
    friend bool operator==(const UserInvitation &, const UserInvitation &) = default;
};

/// What an invitation of a machine says of it; stored with it.
struct MachineInvitation
{
    QString name;
    QStringList pools;
    int slotCount = 0;

    static constexpr auto fields()
    {
        return fieldList(field("name", &MachineInvitation::name), field("pools", &MachineInvitation::pools),
                          field("slots", &MachineInvitation::slotCount));
    }
    friend bool operator==(const MachineInvitation &, const MachineInvitation &) = default;
};

} // namespace Drover
