#pragma once

#include "app/mirror/mirror.h"
#include "ui/shell/notificationrules.h"

#include <QtCore/QHash>
#include <QtCore/QObject>

namespace Drover {

struct Desk;

/// Tells of occasions by the person's rules: what has happened since the window looks on, never what
/// the first snapshot brings. GUI thread.
class Notifier : public QObject
{
    Q_OBJECT

public:
    explicit Notifier(const Desk &desk, QObject *parent = nullptr);

signals:
    /// Of the rules, Bell or Desktop; whoever has a tray shows the latter.
    void told(Drover::Telling telling, const QString &text);

private:
    void onBatches(const BatchChanges &changes);
    void onMachines(const MachineChanges &changes);
    void onOperations(const OperationChanges &changes);
    void onStatus();
    void tell(Occasion occasion, const QString &text);
    void learn();

    const Desk &m_desk;
    QHash<BatchId, bool> m_batchEnded;
    QHash<MachineId, bool> m_machineLost;
    QHash<OperationId, bool> m_operationEnded;
    bool m_held = false;
    bool m_knows = false; // a first snapshot was learnt
};

} // namespace Drover
