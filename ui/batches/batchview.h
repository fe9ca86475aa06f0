#pragma once

#include "ui/batches/batchactions.h"
#include "ui/batches/batchmodel.h"
#include "ui/shell/view.h"
#include "ui/shell/viewkind.h"

#include <QtCore/QTimer>

QT_FORWARD_DECLARE_CLASS(QSplitter)

namespace Drover {

class ActionButton;
class BatchPane;
class Chip;
class FlowLine;
class TableView;

/// Batches and their steps: how far they are, what failed of them, what can be done; below, what one of
/// them is made of. GUI thread.
class BatchView : public View
{
    Q_OBJECT

public:
    explicit BatchView(Shell &shell);

    QString title() const override { return tr("Batches"); }
    QString iconName() const override { return QStringLiteral("nav-batches"); }
    FilterUse filterUse() const override { return FilterUse::Words; }
    QString filter() const override { return m_words; }
    void setFilter(const QString &words) override;
    ViewStatus status() const override;
    QStringList actionIds() const override;
    QString whyNot(const QString &actionId) const override;
    void run(const QString &actionId) override;
    void activated() override;
    void goTo(const ObjectLink &link) override;
    QJsonObject saved() const override;
    void restore(const QJsonObject &saved) override;

private:
    void makeLine();
    void wire();
    ChosenBatches chosen() const;
    void onBatches(const BatchChanges &changes);
    void onSelection();
    void onCurrent();
    void onFold(int row, bool open);
    void onSecond();
    void askRates();
    void askSteps(BatchId batch);
    void settleIfIdle();
    void updateChips();
    void updateEmpty();
    void updateButtons();
    void openMenu(const QPoint &place);
    void select(BatchId batch);

    BatchActions m_actions;
    BatchModel m_model;
    FlowLine *m_line;
    TableView *m_table;
    BatchPane *m_pane;
    QSplitter *m_splitter;
    QMap<BatchState, Chip *> m_chips;
    ActionButton *m_pause = nullptr;
    ActionButton *m_resume = nullptr;
    ActionButton *m_retry = nullptr;
    QString m_words;
    ObjectLink m_wanted; // a batch that has not come yet
    QSet<BatchId> m_asked; // steps that are on their way
    QHash<BatchId, qint64> m_stepsAsOf; // the batch's rev when they were asked for
    QTimer m_seconds {this};
    int m_beats = 0;
};

ViewKind batchesKind();

} // namespace Drover
