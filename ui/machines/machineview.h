#pragma once

#include "ui/machines/machineactions.h"
#include "ui/machines/machinemodel.h"
#include "ui/machines/poolmodel.h"
#include "ui/machines/straymodel.h"
#include "ui/shell/view.h"
#include "ui/shell/viewkind.h"

#include <QtCore/QTimer>

QT_FORWARD_DECLARE_CLASS(QStackedWidget)
QT_FORWARD_DECLARE_CLASS(QTabBar)

namespace Drover {

class ActionButton;
class Chip;
class FlowLine;
class LostBanner;
class TableView;

/// Machines with their load, pools, and what machines hold that nobody assigned. GUI thread.
class MachineView : public View
{
    Q_OBJECT

public:
    explicit MachineView(Shell &shell);

    QString title() const override { return tr("Machines"); }
    QString iconName() const override { return QStringLiteral("nav-machines"); }
    FilterUse filterUse() const override { return FilterUse::Words; }
    QString filter() const override { return m_words; }
    void setFilter(const QString &words) override;
    ViewStatus status() const override;
    QStringList actionIds() const override { return MachineActions::ids(); }
    QString whyNot(const QString &actionId) const override;
    void run(const QString &actionId) override;
    void activated() override;
    void goTo(const ObjectLink &link) override;
    QJsonObject saved() const override;
    void restore(const QJsonObject &saved) override;

private:
    void makeLine();
    void makeTabs();
    void wire();
    QList<Machine> chosen() const;
    void onMachines(const MachineChanges &changes);
    void onSelection();
    void onSecond();
    void settleIfIdle();
    void updateChips();
    void updateEmpty();
    void updateButtons();
    void updateLost();
    void askHistory();
    void askStrays();
    void showPools();
    void showStrays(const Result<StrayList> &list);
    void openMenu(const QPoint &place);
    void openPoolMenu(const QPoint &place);
    void openStrayMenu(const QPoint &place);
    void resumePool(const QString &pool);
    void settleStray(const Stray &stray, bool adopt);

    MachineActions m_actions;
    MachineModel m_model;
    PoolModel m_poolModel;
    StrayModel m_strayModel;
    LostBanner *m_lost;
    FlowLine *m_line;
    QTabBar *m_tabs;
    QStackedWidget *m_pages;
    TableView *m_table;
    TableView *m_pools;
    TableView *m_strays;
    QMap<MachineState, Chip *> m_chips;
    Chip *m_skew = nullptr;
    ActionButton *m_drain = nullptr;
    ActionButton *m_resume = nullptr;
    QString m_words;
    QString m_lostNames; // as a filter has them
    ObjectLink m_wanted; // a machine that has not come yet
    QTimer m_seconds {this};
    int m_beats = 0;
};

ViewKind machinesKind();

} // namespace Drover
