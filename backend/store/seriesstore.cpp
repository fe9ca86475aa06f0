#include "backend/store/seriesstore.h"

#include "backend/store/rowwriter.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

using enum ColumnType;

constexpr Column columns[] = {{"kind"_L1}, {"subject"_L1, Text}, {"started"_L1}, {"points"_L1, Blob}};
// After a restart within the same second a row may be there already.
constexpr RowShape shape {RowShape::Kind::Upsert, "series"_L1, columns, 3};

} // namespace

Result<void> putSeries(Database &database, const std::vector<SeriesRow> &rows)
{
    RowWriter writer(database, shape);
    for (const SeriesRow &row : rows) {
        if (const Result<int> put = writer.add(int(row.kind), row.subject, row.start, row.points); !put)
            return put.error();
    }
    return writer.finish();
}

Result<void> removeSeries(Database &database, SeriesKind kind, Instant before)
{
    const Result<int> removed
        = database.prepared("DELETE FROM series WHERE kind = ?1 AND started < ?2"_L1).with(int(kind), before).run();
    return removed ? Result<void>() : removed.error();
}

Result<QList<SeriesRow>> seriesOf(Database &database, SeriesKind kind, const QString &subject,
                                  Instant from, Instant to)
{
    QList<SeriesRow> rows;
    Statement &query = database.prepared("SELECT started, points FROM series WHERE kind = ?1 AND subject = ?2"
                                         " AND started >= ?3 AND started < ?4 ORDER BY started"_L1);
    query.with(int(kind), subject, from, to);
    while (query.next()) {
        SeriesRow &row = rows.emplaceBack();
        row.kind = kind;
        row.subject = subject;
        RowReader(query).read(row.start, row.points);
    }
    const Result<void> read = query.finish();
    return read ? Result<QList<SeriesRow>>(std::move(rows)) : read.error();
}

Result<QList<std::pair<MachineId, Instant>>> failuresSince(Database &database, Instant since)
{
    QList<std::pair<MachineId, Instant>> failures;
    Statement &query
        = database.prepared("SELECT machine, ended FROM task WHERE ended > ?1 AND state = ?2 AND machine > 0"_L1);
    query.with(since, TaskState::Failed);
    while (query.next()) {
        auto &[machine, ended] = failures.emplaceBack();
        RowReader(query).read(machine, ended);
    }
    const Result<void> read = query.finish();
    return read ? Result<QList<std::pair<MachineId, Instant>>>(std::move(failures)) : read.error();
}

} // namespace Drover
