#include "backend/queue/batchbook.h"

#include "backend/store/store.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

const QString defaultBatch = u"default"_s;
const QString flagsKey = u"flags"_s;

} // namespace

BatchBook::BatchBook(Store &store, Ledger &ledger, std::chrono::milliseconds lease)
    : m_store(store), m_ledger(ledger), m_lease(lease)
{
}

void BatchBook::restore(const Snapshot &snapshot)
{
    m_batches.clear();
    m_live.clear();
    m_keptLive.clear();
    m_changed.clear();
    m_emptied.clear();
    m_flags = decode<Flags>(snapshot.meta.value(flagsKey)).value_or(Flags {}); // none yet: nothing
    for (const Batch &batch : snapshot.batches) {
        m_batches.insert(batch.id, batch);
        m_live.insert({batch.project, batch.name.toCaseFolded()}, batch.id);
    }
}

const Batch *BatchBook::find(BatchId id) const
{
    const auto it = m_batches.constFind(id);
    return it == m_batches.cend() ? nullptr : &*it;
}

const Batch *BatchBook::findLive(const QString &project, const QString &name) const
{
    return find(m_live.value({project, name.toCaseFolded()}));
}

BatchId BatchBook::ensure(const QString &project, const QString &name, const QString &owner, Instant now)
{
    const QString wanted = name.isEmpty() ? defaultBatch : name;
    if (const Batch *live = findLive(project, wanted))
        return live->id;
    Batch batch;
    batch.id = BatchId {m_ledger.next(u"batch"_s)};
    batch.project = project;
    batch.name = wanted;
    batch.owner = owner;
    batch.created = now;
    batch.lease = m_lease;
    m_live.insert({project, wanted.toCaseFolded()}, batch.id);
    m_changed.insert(batch.id);
    return m_batches.insert(batch.id, batch)->id;
}

void BatchBook::setFlags(const Flags &flags)
{
    m_flags = flags;
    m_store.stage().putMeta(flagsKey, encode(flags));
}

Result<void> BatchBook::reopen(Batch batch)
{
    if (m_batches.contains(batch.id))
        return {};
    if (const Batch *live = findLive(batch.project, batch.name)) {
        return fail(ErrorCode::Conflict,
                    u"batch %1 \"%2\" cannot go on while batch %3 of the same name is live; wait for it, or cancel it"_s
                        .arg(batch.id.value).arg(batch.name).arg(live->id.value));
    }
    batch.ended = never;
    m_live.insert({batch.project, batch.name.toCaseFolded()}, batch.id);
    m_changed.insert(batch.id);
    m_batches.insert(batch.id, std::move(batch));
    return {};
}

void BatchBook::count(BatchId id, std::optional<TaskState> from, std::optional<TaskState> to, qint64 n)
{
    const auto batch = m_batches.find(id);
    Q_ASSERT(batch != m_batches.end());
    if (from)
        batch->counts.add(*from, -n);
    if (to)
        batch->counts.add(*to, n);
    if (!to && batch->counts.total() == 0)
        m_emptied.insert(id);
    m_changed.insert(id);
}

void BatchBook::letEnd(BatchId id)
{
    if (--m_keptLive[id] <= 0)
        m_keptLive.remove(id);
    m_changed.insert(id);
}

void BatchBook::change(BatchId id, const std::function<void(Batch &)> &edit)
{
    const auto batch = m_batches.find(id);
    if (batch == m_batches.end())
        return;
    edit(*batch);
    m_changed.insert(id);
}

void BatchBook::stageChanged(Instant now)
{
    const std::set<BatchId> emptied = std::exchange(m_emptied, {});
    for (const BatchId id : std::exchange(m_changed, {})) {
        const auto batch = m_batches.find(id);
        if (batch == m_batches.end())
            continue;
        batch->rev = m_ledger.nextRevision();
        const bool over = batch->counts.finished() == batch->counts.total()
            && (batch->counts.total() > 0 || emptied.contains(id)) && batch->name != defaultBatch && !m_keptLive.contains(id);
        if (over)
            batch->ended = now;
        m_store.stage().put(*batch);
        if (over) {
            m_live.remove({batch->project, batch->name.toCaseFolded()});
            m_batches.erase(batch);
        }
    }
}

} // namespace Drover
