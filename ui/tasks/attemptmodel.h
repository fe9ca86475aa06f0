#pragma once

#include "backend/protocol/task.h"
#include "ui/widgets/cellmodel.h"

namespace Drover {

/// The attempts of one task, the last one first.
class AttemptModel : public CellModel
{
    Q_OBJECT

public:
    explicit AttemptModel(QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    void setAttempts(QList<Attempt> attempts, Instant now, bool utc);
    const Attempt &attemptAt(int row) const { return m_attempts.at(row); }

protected:
    Cell cell(int row, int column) const override;

private:
    QList<Attempt> m_attempts;
    Instant m_now;
    bool m_utc = true;
};

} // namespace Drover
