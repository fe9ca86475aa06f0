#pragma once

#include "backend/protocol/strayrequests.h"
#include "ui/widgets/keyedmodel.h"

namespace Drover {

/// Which stray: a machine and the attempt it holds.
struct StrayKey
{
    MachineId machine;
    AttemptId attempt;
    friend bool operator==(const StrayKey &, const StrayKey &) = default;
    friend size_t qHash(const StrayKey &key, size_t seed = 0) { return qHashMulti(seed, key.machine, key.attempt); }
};

/// What machines hold that this history never assigned. GUI thread.
class StrayModel : public KeyedModel<StrayKey>
{
    Q_OBJECT

public:
    explicit StrayModel(QObject *parent = nullptr);

    void setStrays(const QList<Stray> &strays, const QHash<MachineId, QString> &names, Instant now, bool utc);
    const Stray *strayAt(int row) const;

protected:
    Cell cell(int row, int column) const override;

private:
    QHash<StrayKey, Stray> m_strays;
    QHash<MachineId, QString> m_names;
    Instant m_now;
    bool m_utc = true;
};

} // namespace Drover
