#pragma once

#include "backend/protocol/machine.h"
#include "backend/protocol/seriesrequests.h"
#include "ui/shell/view.h"
#include "ui/shell/viewkind.h"

#include <QtCore/QTimer>

QT_FORWARD_DECLARE_CLASS(QLabel)
QT_FORWARD_DECLARE_CLASS(QScrollArea)
QT_FORWARD_DECLARE_CLASS(QVBoxLayout)

namespace Drover {

class CurveChart;
class KeyValueGrid;
class ReasonCard;

/// What one machine is and does: facts, limits, certificate, disks, GPUs, load over time, what runs
/// there now. A dock that follows the machine in hand. GUI thread.
class MachineDetails : public View
{
    Q_OBJECT

public:
    MachineDetails(Shell &shell, const ObjectLink &object);

    QString title() const override { return tr("Machine"); }
    QString iconName() const override { return QStringLiteral("nav-machines"); }
    ObjectLink object() const override;
    void activated() override;
    void goTo(const ObjectLink &link) override;

private:
    const Machine *machine() const;
    void follow(const ObjectLink &link);
    void refresh();
    void askLoad();
    void askTasks();
    void showLoad(const LoadSeries &load);
    void showTasks(const QList<Task> &tasks);
    void showReason(const Machine &machine);
    QLabel *caption(const QString &text);

    MachineId m_id;
    QLabel *m_name;
    QLabel *m_state;
    QLabel *m_stateShape;
    QLabel *m_nothing;
    QWidget *m_body;
    QScrollArea *m_scroll;
    QVBoxLayout *m_column;
    ReasonCard *m_reason;
    KeyValueGrid *m_now;
    CurveChart *m_cpu;
    CurveChart *m_memory;
    CurveChart *m_net;
    KeyValueGrid *m_tasks;
    KeyValueGrid *m_facts;
    KeyValueGrid *m_trust;
    QList<QLabel *> m_captions;
    Instant m_booted;
    QTimer m_seconds {this};
    int m_beats = 0;
};

ViewKind machineDetailsKind();

} // namespace Drover
