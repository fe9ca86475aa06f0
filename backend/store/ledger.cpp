#include "backend/store/ledger.h"

#include "backend/store/store.h"

#include <QtCore/QRandomGenerator>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr QLatin1StringView lastPrefix = "last."_L1;
constexpr QLatin1StringView baseKey = "base"_L1;
constexpr qint64 most = (qint64(1) << 53) - 1; // what a double, and so JSON, holds exactly
constexpr qint64 farBeyond = qint64(1) << 32; // more than one history hands out after a backup

qint64 freshName()
{
    return 1 + qint64(QRandomGenerator::system()->generate64() % quint64(most));
}

} // namespace

Ledger::Ledger(Store &store) : m_store(store) { }

void Ledger::restore(const Snapshot &snapshot)
{
    m_last.clear();
    for (auto it = snapshot.meta.cbegin(); it != snapshot.meta.cend(); ++it) {
        if (it.key().startsWith(lastPrefix))
            m_last.insert(it.key().sliced(lastPrefix.size()), it.value().toLongLong());
    }
    m_base = snapshot.meta.value(baseKey).toLongLong();
    m_revision = snapshot.revision;
    m_storeId = ensure(snapshot, u"store"_s);
    m_epoch = ensure(snapshot, u"epoch"_s);
}

qint64 Ledger::ensure(const Snapshot &snapshot, const QString &key)
{
    const qint64 known = snapshot.meta.value(key).toLongLong();
    if (known != 0)
        return known;
    const qint64 fresh = freshName();
    m_store.stage().putMeta(key, QByteArray::number(fresh));
    return fresh;
}

void Ledger::beginEpoch()
{
    Stage &stage = m_store.stage();
    const auto put = [&stage](const QString &key, qint64 value) {
        stage.putMeta(key, QByteArray::number(value));
    };
    put(u"epoch"_s, m_epoch = freshName());
    put(baseKey, m_base += farBeyond);
    put(u"revision"_s, m_revision += farBeyond);
    for (auto it = m_last.begin(); it != m_last.end(); ++it)
        put(lastPrefix + it.key(), *it += farBeyond);
}

qint64 Ledger::next(const QString &noun, qint64 count)
{
    if (!m_last.contains(noun))
        m_last.insert(noun, m_base);
    qint64 &last = m_last[noun];
    const qint64 first = last + 1;
    last += count;
    m_store.stage().putMeta(lastPrefix + noun, QByteArray::number(last));
    return first;
}

} // namespace Drover
