#pragma once

#include "backend/protocol/causerequests.h"
#include "ui/widgets/keyedmodel.h"

namespace Drover {

/// Failures of a batch by cause: how many, how they ended, what they have in common. GUI thread.
class CauseModel : public KeyedModel<quint64>
{
    Q_OBJECT

public:
    explicit CauseModel(QObject *parent = nullptr);

    void setCauses(const CauseList &list);
    void setNow(Instant now, bool utc);
    const Cause *causeAt(int row) const;

protected:
    Cell cell(int row, int column) const override;

private:
    QHash<quint64, Cause> m_causes;
    qint64 m_failed = 0;
    Instant m_now;
    bool m_utc = true;
};

/// "machine fell-22 (3 others not)": what the failures of a cause share, the rarest first.
QString wordsOfShared(const QList<SharedTrait> &shared);

} // namespace Drover
