#pragma once

#include "app/work/comparison.h"
#include "ui/widgets/cellmodel.h"

namespace Drover {

/// Two attempts, line beside line; what differs stands out.
class ComparisonModel : public CellModel
{
    Q_OBJECT

public:
    explicit ComparisonModel(QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    void setValues(const QList<ComparedValue> &values);
    void setOnlyDifferent(bool only);
    qsizetype differing() const;
    const QList<ComparedValue> &rows() const { return m_rows; }

protected:
    Cell cell(int row, int column) const override;

private:
    void choose();

    QList<ComparedValue> m_values;
    QList<ComparedValue> m_rows; // of them, those that are shown
    bool m_only = false;
};

} // namespace Drover
