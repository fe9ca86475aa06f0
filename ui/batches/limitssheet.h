#pragma once

#include "backend/protocol/batchrequests.h"
#include "ui/widgets/sheetcontent.h"

QT_FORWARD_DECLARE_CLASS(QComboBox)
QT_FORWARD_DECLARE_CLASS(QLineEdit)
QT_FORWARD_DECLARE_CLASS(QSpinBox)

namespace Drover {

/// How much of a batch runs at once, on which pools, and what happens when a lease ends.
class LimitsSheet : public SheetContent
{
    Q_OBJECT

public:
    LimitsSheet(Look &look, const Batch &batch, QWidget *parent = nullptr);

    /// What is other than before; `problem` is set when it cannot be sent.
    SetBatch request(QString *problem) const;

signals:
    void accepted(const Drover::SetBatch &request);

private:
    void check();

    Batch m_batch;
    QSpinBox *m_most;
    QLineEdit *m_pools;
    QComboBox *m_rule;
    QLineEdit *m_lease;
    QLineEdit *m_share;
    QPushButton *m_set;
};

} // namespace Drover
