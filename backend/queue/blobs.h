#pragma once

#include "backend/base/clock.h"
#include "backend/store/stage.h"

#include <QtCore/QSet>

namespace Drover {

class Store;
struct PreparedSpec;

/// Which files there are that tasks take and leave, who has shown to have them, and what refers to
/// them. A hash alone grants nothing: whoever names a blob has handed it in himself, or may read a
/// task that refers to it. Their bytes lie elsewhere (files/blobfiles.h). Lives in the state thread.
class Blobs
{
public:
    Blobs(Store &store, const Clock &clock);

    void restore(const Snapshot &snapshot);

    /// How an owner is called: a user, or a machine whose attempts leave files.
    static QString ownerOf(UserId user) { return u'u' + QString::number(user.value); }
    static QString ownerOf(MachineId machine) { return u'm' + QString::number(machine.value); }

    bool isKnown(const QString &hash) const { return m_blobs.contains(hash); }
    qint64 sizeOf(const QString &hash) const { return m_blobs.value(hash).size; }
    bool isOwner(const QString &hash, const QString &owner) const;
    qint64 totalSize() const { return m_totalSize; }
    QSet<QString> known() const { return {m_blobs.keyBegin(), m_blobs.keyEnd()}; }

    /// Its bytes are durable, and came from that owner.
    void add(const QString &hash, qint64 size, const QString &owner);

    /// Blobs that these specs name and that the owner has not handed in; each once.
    QStringList foreign(const QList<PreparedSpec> &specs, const QString &owner) const;

    /// A new task refers to what its spec names.
    void use(TaskId task, const TaskSpec &spec);
    /// Its spec has changed.
    void useAnew(TaskId task, const TaskSpec &spec);
    /// What an attempt has left; without what its machine never handed in.
    void leave(AttemptId attempt, MachineId machine, const QList<Transfer> &outputs);

    /// `unused` are those that nothing refers to, as the store saw it a moment ago. Drops what was
    /// not in use for so long, and says what; its bytes may go once that is committed.
    QStringList collect(const QSet<QString> &unused, std::chrono::milliseconds kept);

private:
    void refer(const BlobUse &use);
    void touch(StoredBlob &blob);

    Store &m_store;
    const Clock &m_clock;
    QHash<QString, StoredBlob> m_blobs;
    QHash<QString, QSet<QString>> m_owners; ///< by hash
    qint64 m_totalSize = 0;
};

} // namespace Drover
