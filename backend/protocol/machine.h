#pragma once

#include "backend/protocol/codec.h"

namespace Drover {

enum class MachineState { Online, Silent, Lost, Offline, Draining, Deploying };
template<>
inline constexpr auto enumNames<MachineState> = std::to_array<std::string_view>(
    {"online", "silent", "lost", "offline", "draining", "deploying"});

struct DiskFact
{
    QString path;
    qint64 total = 0;
    qint64 available = 0;

    static constexpr auto fields()
    {
        return fieldList(field("path", &DiskFact::path), field("total", &DiskFact::total, "bytes"),
                          field("available", &DiskFact::available, "bytes"));
    }
    friend bool operator==(const DiskFact &, const DiskFact &) = default;
};

/// What a machine is, as its agent found it when it started.
struct MachineFacts
{
    QString hostName;
    QString os;
    QString kernel;
    QString architecture;
    int cores = 0;
    qint64 memory = 0;
    QList<DiskFact> disks;
    QStringList gpus;
    QString containerEngine;
    QString agentVersion;
    QString bootId;
    QStringList limits;
    bool isolated = false;

    static constexpr auto fields()
    {
        return fieldList(
            field("hostName", &MachineFacts::hostName), field("os", &MachineFacts::os),
            field("kernel", &MachineFacts::kernel), field("architecture", &MachineFacts::architecture),
            field("cores", &MachineFacts::cores), field("memory", &MachineFacts::memory, "bytes"),
            field("disks", &MachineFacts::disks), field("gpus", &MachineFacts::gpus),
            field("containerEngine", &MachineFacts::containerEngine, "name and version; empty: none"),
            field("agentVersion", &MachineFacts::agentVersion), field("bootId", &MachineFacts::bootId),
            field("limits", &MachineFacts::limits, "which limits hold there: memory, cpu, freeze, kill"),
            field("isolated", &MachineFacts::isolated, "tasks run as users of their own"));
    }
    friend bool operator==(const MachineFacts &, const MachineFacts &) = default;
};

/// Load of a machine, measured every 2 s; a gauge.
struct MachineLoad
{
    double cpu = 0; ///< 0..1 of all cores
    double loadAverage = 0;
    qint64 memoryUsed = 0;
    qint64 diskUsed = 0;
    qint64 netIn = 0;
    qint64 netOut = 0;

    static constexpr auto fields()
    {
        return fieldList(field("cpu", &MachineLoad::cpu, "0 to 1"),
                          field("loadAverage", &MachineLoad::loadAverage, "over one minute"),
                          field("memoryUsed", &MachineLoad::memoryUsed, "bytes"),
                          field("diskUsed", &MachineLoad::diskUsed, "bytes under the work root"),
                          field("netIn", &MachineLoad::netIn, "bytes a second"),
                          field("netOut", &MachineLoad::netOut, "bytes a second"));
    }
    friend bool operator==(const MachineLoad &, const MachineLoad &) = default;
};

/// A computer Drover knows.
struct Machine
{
    MachineId id;
    qint64 rev = 0;
    QString name;
    QString project = QStringLiteral("*");
    MachineState state = MachineState::Offline;
    QStringList pools;
    QMap<QString, QString> labels;
    QString address;
    int slotCount = 0;
    int slotsUsed = 0;
    int prefetch = 0;
    bool draining = false;
    Instant joined;
    Instant lastContact;
    MachineFacts facts;
    MachineLoad load;
    QString certificate;
    QStringList runAs;
    int tasksNow = 0;
    QString notes;

    static constexpr auto fields()
    {
        return fieldList(
            field("id", &Machine::id), field("rev", &Machine::rev), field("name", &Machine::name),
            field("project", &Machine::project, "* is shared by all"), field("state", &Machine::state),
            field("pools", &Machine::pools), field("labels", &Machine::labels),
            field("address", &Machine::address), field("slots", &Machine::slotCount),
            field("slotsUsed", &Machine::slotsUsed),
            field("prefetch", &Machine::prefetch, "tasks taken ahead of a free slot; 0: as fast tasks need"),
            field("draining", &Machine::draining, "takes no more"), field("joined", &Machine::joined),
            field("lastContact", &Machine::lastContact), field("facts", &Machine::facts),
            field("load", &Machine::load),
            field("certificate", &Machine::certificate, "fingerprint of its client certificate"),
            field("runAs", &Machine::runAs, "users that tasks may run as there"),
            field("tasksNow", &Machine::tasksNow), field("notes", &Machine::notes));
    }
    friend bool operator==(const Machine &, const Machine &) = default;
};

} // namespace Drover
