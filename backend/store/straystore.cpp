#include "backend/store/straystore.h"

#include "backend/store/rowwriter.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

using enum ColumnType;

constexpr Column columns[] = {
    {"machine"_L1}, {"epoch"_L1},   {"task"_L1},         {"n"_L1}, {"spec_number"_L1}, {"state"_L1},
    {"seen"_L1},    {"adopted"_L1}, {"report"_L1, Blob},
};
constexpr RowShape row{RowShape::Kind::Upsert, "stray"_L1, columns, 4};

} // namespace

// One by one, in their order: there are few, and one may have come and gone in the same commit.
Result<void> putStrays(Database &database, const std::vector<StoredStray> &strays)
{
    for (const StoredStray &s : strays) {
        if (s.gone) {
            const Result<int> removed
                = database
                      .prepared(
                          "DELETE FROM stray WHERE machine = ?1 AND epoch = ?2 AND task = ?3 AND n = ?4"_L1)
                      .with(s.machine, s.epoch, s.task, s.n)
                      .run();
            if (!removed)
                return removed.error();
            continue;
        }
        RowWriter writer(database, row);
        const Result<int> put = writer.add(s.machine, s.epoch, s.task, s.n, s.specNumber, s.state,
                                           s.seen, s.adopted, s.report);
        if (!put)
            return put.error();
        if (const Result<void> done = writer.finish(); !done)
            return done;
    }
    return {};
}

Result<std::vector<StoredStray>> allStrays(Database &database)
{
    std::vector<StoredStray> strays;
    Statement &query = database.prepared(
        "SELECT machine, epoch, task, n, spec_number, state, seen, adopted, report FROM stray"
        " ORDER BY machine, task, n"_L1);
    while (query.next()) {
        StoredStray &s = strays.emplace_back();
        RowReader(query).read(s.machine, s.epoch, s.task, s.n, s.specNumber, s.state, s.seen,
                              s.adopted, s.report);
    }
    const Result<void> read = query.finish();
    return read ? Result<std::vector<StoredStray>>(std::move(strays)) : read.error();
}

} // namespace Drover
