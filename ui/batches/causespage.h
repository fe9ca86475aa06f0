#pragma once

#include "ui/batches/batchpage.h"
#include "ui/batches/causemodel.h"
#include "ui/shell/shell.h"

#include <QtCore/QTimer>

QT_FORWARD_DECLARE_CLASS(QMenu)

namespace Drover {

class BatchActions;
class TableView;

/// Failures of a batch grouped by what caused them, each group acted on as one. Asked for anew while
/// the number of failures changes, every two seconds at most.
class CausesPage : public BatchPage
{
    Q_OBJECT

public:
    CausesPage(Shell &shell, BatchActions &actions);

    QString id() const override { return QStringLiteral("causes"); }
    void show(const Batch &batch, const QString &step) override;

private:
    void ask();
    void onCauses(BatchId batch, const Result<CauseList> &list);
    void openMenu(const QPoint &place);
    void showTasks(const Cause &cause);
    void fillMenu(QMenu &menu, const Cause &cause);

    Shell &m_shell;
    Desk &m_desk;
    BatchActions &m_actions;
    CauseModel m_model;
    TableView *m_table;
    Batch m_batch;
    qint64 m_askedFor = -1; // failures when it was asked
    QTimer m_again {this};
};

} // namespace Drover
