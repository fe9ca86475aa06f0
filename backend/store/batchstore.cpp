#include "backend/store/batchstore.h"

#include "backend/store/columntext.h"
#include "backend/store/rowwriter.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

using enum ColumnType;

constexpr Column columns[] = {
    {"id"_L1}, {"name_key"_L1, Text}, {"ended"_L1}, {"rev"_L1}, {"project"_L1, Text},
    {"name"_L1, Text}, {"owner"_L1, Text}, {"created"_L1}, {"held"_L1}, {"paused"_L1},
    {"keep"_L1}, {"priority"_L1}, {"most_running"_L1}, {"lease_rule"_L1}, {"lease"_L1},
    {"pools"_L1, Text}, {"share_by"_L1, Text}, {"notes"_L1, Text}, {"counts"_L1, Text},
};
constexpr RowShape anyBatch {RowShape::Kind::Upsert, "batch"_L1, columns, 1};
// Most often only the counts have changed: then no index is written.
constexpr RowShape knownBatch {RowShape::Kind::Update, "batch"_L1, columns, 3};

Result<int> add(RowWriter &writer, const Batch &b)
{
    return writer.add(b.id, nameKey(b.name), b.ended, b.rev, b.project, b.name, b.owner, b.created,
                      b.held, b.paused, b.keep, b.priority, b.mostRunning, b.leaseRule, b.lease,
                      textOf(b.pools), b.shareBy, b.notes, textOf(b.counts.byState));
}

} // namespace

Result<void> putBatches(Database &database, const QHash<BatchId, Batch> &batches)
{
    return writeFitting(database, {&knownBatch, &anyBatch}, inKeyOrder(batches), add,
                        [](const Batch &) { return 0u; });
}

QString batchColumns()
{
    return u"batch.id, batch.rev, batch.project, batch.name, batch.owner, batch.created,"
           " batch.ended, batch.held, batch.paused, batch.keep, batch.priority,"
           " batch.most_running, batch.lease_rule, batch.lease, batch.pools, batch.share_by,"
           " batch.notes, batch.counts"_s;
}

Batch batchAt(const Statement &row)
{
    Batch b;
    QString pools;
    QString counts;
    RowReader(row).read(b.id, b.rev, b.project, b.name, b.owner, b.created, b.ended, b.held,
                        b.paused, b.keep, b.priority, b.mostRunning, b.leaseRule, b.lease, pools,
                        b.shareBy, b.notes, counts);
    b.pools = listOf(pools);
    b.counts.byState = numbersOf(counts);
    b.counts.byState.resize(taskStateCount);
    return b;
}

Result<std::vector<Batch>> liveBatches(Database &database)
{
    std::vector<Batch> batches;
    const std::unique_ptr<Statement> query = database.prepare(
        u"SELECT "_s + batchColumns() + u" FROM batch WHERE ended = 0 ORDER BY id"_s);
    while (query->next())
        batches.push_back(batchAt(*query));
    const Result<void> read = query->finish();
    return read ? Result<std::vector<Batch>>(std::move(batches)) : read.error();
}

} // namespace Drover
