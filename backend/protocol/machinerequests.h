#pragma once

// Machines: lists, invitations, settings.

#include "backend/protocol/envelope.h"
#include "backend/protocol/machine.h"
#include "backend/protocol/task.h"

namespace Drover {

struct MachineList
{
    QList<Machine> machines;
    qint64 revision = 0;

    static constexpr auto fields()
    {
        return fieldList(field("machines", &MachineList::machines), field("revision", &MachineList::revision));
    }
    friend bool operator==(const MachineList &, const MachineList &) = default;
};

struct ListMachines
{
    static constexpr QLatin1StringView method {"machine.list"};
    static constexpr std::string_view words = "All machines, with load and slots.";
    using Reply = MachineList;
    static constexpr auto fields() { return fieldList(); }
    friend bool operator==(const ListMachines &, const ListMachines &) = default;
};

struct Invitation
{
    QString link;
    Instant expires;

    static constexpr auto fields()
    {
        return fieldList(field("link", &Invitation::link, "one use; treat it as a password"),
                          field("expires", &Invitation::expires));
    }
    friend bool operator==(const Invitation &, const Invitation &) = default;
};

struct InviteMachine
{
    static constexpr QLatin1StringView method {"machine.invite"};
    static constexpr std::string_view words = "Makes the link that `drover-agent join` takes on another machine.";
    using Reply = Invitation;
    QString name;
    QStringList pools;
    int slotCount = 0;
    std::chrono::milliseconds valid {3'600'000};

    static constexpr auto fields()
    {
        return fieldList(field("name", &InviteMachine::name, "empty: its host name"),
                          field("pools", &InviteMachine::pools, "none: default"),
                          field("slots", &InviteMachine::slotCount, "0: as many as cores"),
                          field("valid", &InviteMachine::valid, "ms, at most 30 days"));
    }
    friend bool operator==(const InviteMachine &, const InviteMachine &) = default;
};

struct Joined
{
    MachineId machine;
    QString name;
    QByteArray certificate; ///< PEM

    static constexpr auto fields()
    {
        return fieldList(field("machine", &Joined::machine), field("name", &Joined::name),
                          field("certificate", &Joined::certificate, "PEM of the client certificate"));
    }
    friend bool operator==(const Joined &, const Joined &) = default;
};

struct JoinMachine
{
    static constexpr QLatin1StringView method {"machine.join"};
    static constexpr std::string_view words = "A new agent hands in its invitation and a certificate request.";
    using Reply = Joined;
    QString secret;
    QByteArray request; ///< PEM
    MachineFacts facts;
    QString name;
    int slotCount = 0;

    static constexpr auto fields()
    {
        return fieldList(field("secret", &JoinMachine::secret),
                          field("request", &JoinMachine::request, "PEM of the certificate request"),
                          field("facts", &JoinMachine::facts),
                          field("name", &JoinMachine::name, "wished for; none: the host name"),
                          field("slots", &JoinMachine::slotCount, "tasks at a time; 0: as many as cores"));
    }
    friend bool operator==(const JoinMachine &, const JoinMachine &) = default;
};

struct SetMachine
{
    static constexpr QLatin1StringView method {"machine.set"};
    static constexpr std::string_view words = "Changes a machine; what is not given stays.";
    using Reply = Machine;
    MachineId id;
    std::optional<int> slotCount;
    std::optional<int> prefetch;
    std::optional<QStringList> pools;
    std::optional<QMap<QString, QString>> labels;
    std::optional<bool> draining;
    std::optional<QStringList> runAs;
    std::optional<QString> notes;

    static constexpr auto fields()
    {
        return fieldList(field("id", &SetMachine::id), field("slots", &SetMachine::slotCount),
                          field("prefetch", &SetMachine::prefetch), field("pools", &SetMachine::pools),
                          field("labels", &SetMachine::labels), field("draining", &SetMachine::draining),
                          field("runAs", &SetMachine::runAs), field("notes", &SetMachine::notes));
    }
    friend bool operator==(const SetMachine &, const SetMachine &) = default;
};

struct RemoveMachine
{
    static constexpr QLatin1StringView method {"machine.remove"};
    static constexpr std::string_view words = "Forgets a machine: its certificate is revoked and its leases end.";
    using Reply = Done;
    MachineId id;

    static constexpr auto fields() { return fieldList(field("id", &RemoveMachine::id)); }
    friend bool operator==(const RemoveMachine &, const RemoveMachine &) = default;
};

} // namespace Drover
