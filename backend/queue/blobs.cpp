#include "backend/queue/blobs.h"

#include "backend/base/logging.h"
#include "backend/protocol/blobrequests.h"
#include "backend/queue/submissions.h"
#include "backend/store/store.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr auto storedEvery = 12h; // how exactly the store knows when a blob was last in use

QList<BlobUse> usesOf(TaskId task, const TaskSpec &spec)
{
    QList<BlobUse> uses;
    for (const auto &[role, transfers] : {std::pair(BlobRole::Input, &spec.inputs),
                                          std::pair(BlobRole::SharedInput, &spec.sharedInputs)}) {
        for (const Transfer &transfer : *transfers) {
            uses.append({.task = task,
                         .n = 0,
                         .role = role,
                         .name = transfer.name,
                         .hash = blobHashOf(transfer.source),
                         .size = transfer.size});
        }
    }
    return uses;
}

} // namespace

Blobs::Blobs(Store &store, const Clock &clock) : m_store(store), m_clock(clock) { }

void Blobs::restore(const Snapshot &snapshot)
{
    m_blobs.clear();
    m_owners.clear();
    m_totalSize = 0;
    for (const StoredBlob &blob : snapshot.blobs) {
        m_blobs.insert(blob.hash, blob);
        m_totalSize += blob.size;
    }
    for (const BlobOwner &owner : snapshot.blobOwners)
        m_owners[owner.hash].insert(owner.owner);
}

bool Blobs::isOwner(const QString &hash, const QString &owner) const
{
    const auto owners = m_owners.constFind(hash);
    return owners != m_owners.cend() && owners->contains(owner);
}

void Blobs::add(const QString &hash, qint64 size, const QString &owner)
{
    StoredBlob &blob = m_blobs[hash];
    if (blob.hash.isEmpty()) {
        blob.hash = hash;
        blob.size = size;
        m_totalSize += size;
    }
    blob.used = m_clock.now();
    m_store.stage().put(blob);
    if (isOwner(hash, owner))
        return;
    m_owners[hash].insert(owner);
    m_store.stage().insert(BlobOwner{hash, owner});
}

QStringList Blobs::foreign(const QList<PreparedSpec> &specs, const QString &owner) const
{
    QStringList hashes;
    for (const PreparedSpec &prepared : specs) {
        for (const BlobUse &use : usesOf({}, prepared.spec)) {
            if (!isOwner(use.hash, owner) && !hashes.contains(use.hash))
                hashes.append(use.hash);
        }
    }
    return hashes;
}

void Blobs::use(TaskId task, const TaskSpec &spec)
{
    for (const BlobUse &use : usesOf(task, spec))
        refer(use);
}

void Blobs::useAnew(TaskId task, const TaskSpec &spec)
{
    m_store.stage().removeInputs(task);
    use(task, spec);
}

void Blobs::leave(AttemptId attempt, MachineId machine, const QList<Transfer> &outputs)
{
    for (const Transfer &output : outputs) {
        const QString hash = blobHashOf(output.source);
        if (!isOwner(hash, ownerOf(machine))) {
            logWarning(LogCategory::Queue, u"an output that was never handed in is left out",
                       {{"attempt"_L1, printed(attempt)}, {"name"_L1, output.name}});
            continue;
        }
        refer({.task = attempt.task,
               .n = attempt.n,
               .role = BlobRole::Output,
               .name = output.name,
               .hash = hash,
               .size = sizeOf(hash)});
    }
}

void Blobs::refer(const BlobUse &use)
{
    if (const auto blob = m_blobs.find(use.hash); blob != m_blobs.end())
        touch(*blob);
    BlobUse known = use;
    known.size = sizeOf(use.hash);
    m_store.stage().insert(std::move(known));
}

void Blobs::touch(StoredBlob &blob)
{
    const Instant now = m_clock.now();
    if (now - blob.used > storedEvery) {
        StoredBlob stored = blob;
        stored.used = now;
        m_store.stage().put(stored);
    }
    blob.used = now;
}

QStringList Blobs::collect(const QSet<QString> &unused, std::chrono::milliseconds kept)
{
    QStringList gone;
    const Instant now = m_clock.now();
    for (auto blob = m_blobs.begin(); blob != m_blobs.end();) {
        if (!unused.contains(blob.key())) {
            touch(*blob);
        } else if (now - blob->used > kept) {
            gone.append(blob.key());
            m_totalSize -= blob->size;
            m_owners.remove(blob.key());
            m_store.stage().removeBlob(blob.key());
            blob = m_blobs.erase(blob);
            continue;
        }
        ++blob;
    }
    return gone;
}

} // namespace Drover
