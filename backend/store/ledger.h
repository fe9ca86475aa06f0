#pragma once

#include "backend/store/stage.h"

namespace Drover {

class Store;

/// Hands out ids and revisions, each from a high-water mark that is stored in the same commit as
/// the row it is given to, so that none is ever used twice. Lives in the state thread.
class Ledger
{
public:
    explicit Ledger(Store &store);

    void restore(const Snapshot &snapshot);

    /// From now on it is another history: somebody has seen more of the present one than we have.
    /// All numbers go on far beyond what that other one can have handed out.
    void beginEpoch();

    /// The next number of that noun ("task", "batch", …); `count` of them at once are consecutive.
    qint64 next(const QString &noun, qint64 count = 1);
    /// The highest that was ever handed out.
    qint64 last(const QString &noun) const { return m_last.value(noun, m_base); }

    /// Every row that is mirrored carries one; they only rise.
    qint64 nextRevision() { return ++m_revision; }
    qint64 revision() const { return m_revision; }

    /// Names this database for ever, and this unbroken history of it; design.md, What moves.
    qint64 storeId() const { return m_storeId; }
    qint64 epoch() const { return m_epoch; }

private:
    qint64 ensure(const Snapshot &snapshot, const QString &key);

    Store &m_store;
    QMap<QString, qint64> m_last;
    qint64 m_base = 0; // nouns that have had no number yet begin behind it
    qint64 m_revision = 0;
    qint64 m_storeId = 0;
    qint64 m_epoch = 0;
};

} // namespace Drover
