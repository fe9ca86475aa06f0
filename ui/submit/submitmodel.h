#pragma once

#include "ui/submit/submitpreview.h"
#include "ui/widgets/cellmodel.h"

namespace Drover {

/// The preview as rows: a row for each task, and under a task that has a problem one more that says it. What
/// a person left out or wants again is remembered while the draft stays the same.
class SubmitModel : public CellModel
{
    Q_OBJECT

public:
    explicit SubmitModel(QObject *parent = nullptr);

    void setPreview(const SubmitPreview &preview);
    const SubmitPreview &preview() const { return m_preview; }
    /// Only these are shown; none: all.
    void setShown(std::optional<PreviewState> state);

    int rowCount(const QModelIndex &parent = {}) const override;
    /// Which task a row belongs to.
    int taskAt(int row) const { return m_rows.at(row).task; }
    bool isProblem(int row) const { return m_rows.at(row).isProblem; }

    void leaveOut(int task);
    void runAgain(int task);
    /// What would be queued, in order.
    QList<TaskSpec> wanted() const;
    qsizetype inTheWay() const; ///< errors that are not left out

signals:
    void choiceChanged();

protected:
    Cell cell(int row, int column) const override;

private:
    struct Row
    {
        int task = 0;
        bool isProblem = false;
    };

    Cell taskCell(const PreviewTask &task, const QString &column) const;
    Cell problemCell(const PreviewTask &task, const QString &column) const;
    void arrange();

    SubmitPreview m_preview;
    std::optional<PreviewState> m_shown;
    QList<Row> m_rows;
};

} // namespace Drover
