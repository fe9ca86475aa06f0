#pragma once

#include "backend/protocol/task.h"
#include "ui/widgets/cellmodel.h"

namespace Drover {

/// What comes in to a task and what goes out.
class TransferModel : public CellModel
{
    Q_OBJECT

public:
    explicit TransferModel(QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    void setSpec(const TaskSpec &spec);

protected:
    Cell cell(int row, int column) const override;

private:
    enum class Way { In, Shared, Out };
    struct Row
    {
        Way way = Way::In;
        Transfer transfer;
        friend bool operator==(const Row &, const Row &) = default;
    };
    QList<Row> m_rows;
};

} // namespace Drover
