#include "backend/store/machinestore.h"

#include "backend/store/columntext.h"
#include "backend/store/rowwriter.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

using enum ColumnType;

constexpr Column columns[] = {
    {"id"_L1}, {"rev"_L1}, {"removed"_L1}, {"name"_L1, Text}, {"name_key"_L1, Text},
    {"project"_L1, Text}, {"state"_L1}, {"address"_L1, Text}, {"slots"_L1}, {"prefetch"_L1},
    {"draining"_L1}, {"joined"_L1}, {"last_contact"_L1}, {"pools"_L1, Text}, {"labels"_L1, Text},
    {"run_as"_L1, Text}, {"certificate"_L1, Text}, {"notes"_L1, Text}, {"facts"_L1, Blob},
};
constexpr RowShape machine {RowShape::Kind::Upsert, "machine"_L1, columns, 1};

Machine machineAt(const Statement &row)
{
    Machine m;
    QString pools;
    QString labels;
    QString runAs;
    QByteArray facts;
    RowReader(row).read(m.id, m.rev, m.name, m.project, m.state, m.address, m.slotCount, m.prefetch,
                        m.draining, m.joined, m.lastContact, pools, labels, runAs, m.certificate,
                        m.notes, facts);
    m.pools = listOf(pools);
    m.labels = mapOf(labels);
    m.runAs = listOf(runAs);
    m.facts = decode<MachineFacts>(facts).value_or(MachineFacts {}); // the agent tells them again
    return m;
}

} // namespace

Result<void> putMachines(Database &database, const QHash<MachineId, Machine> &machines)
{
    RowWriter writer(database, machine);
    for (const Machine *m : inKeyOrder(machines)) {
        const Result<int> put
            = writer.add(m->id, m->rev, never, m->name, nameKey(m->name), m->project, m->state,
                         m->address, m->slotCount, m->prefetch, m->draining, m->joined,
                         m->lastContact, textOf(m->pools), textOf(m->labels), textOf(m->runAs),
                         m->certificate, m->notes, encode(m->facts));
        if (!put)
            return put.error();
    }
    return writer.finish();
}

Result<void> removeMachines(Database &database, const std::vector<MachineId> &machines, Instant now)
{
    for (const MachineId id : machines) {
        const Result<int> removed
            = database.prepared("UPDATE machine SET removed = ?1, certificate = '' WHERE id = ?2"_L1)
                  .with(now, id)
                  .run();
        if (!removed)
            return removed.error();
    }
    return {};
}

Result<std::vector<Machine>> allMachines(Database &database)
{
    std::vector<Machine> machines;
    Statement &query = database.prepared(
        "SELECT id, rev, name, project, state, address, slots, prefetch, draining, joined,"
        " last_contact, pools, labels, run_as, certificate, notes, facts"
        " FROM machine WHERE removed = 0 ORDER BY id"_L1);
    while (query.next())
        machines.push_back(machineAt(query));
    const Result<void> read = query.finish();
    return read ? Result<std::vector<Machine>>(std::move(machines)) : read.error();
}

} // namespace Drover
