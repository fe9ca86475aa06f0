#pragma once

#include "backend/protocol/poolrequests.h"
#include "ui/widgets/keyedmodel.h"

namespace Drover {

/// Pools: the machines that batches may use, and whether a storm is on. GUI thread.
class PoolModel : public KeyedModel<QString>
{
    Q_OBJECT

public:
    explicit PoolModel(QObject *parent = nullptr);

    void setPools(const QList<Pool> &pools, Instant now, bool utc);
    const Pool *poolAt(int row) const;

protected:
    Cell cell(int row, int column) const override;

private:
    QHash<QString, Pool> m_pools;
    Instant m_now;
    bool m_utc = true;
};

} // namespace Drover
