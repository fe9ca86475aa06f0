#pragma once

#include "backend/protocol/machinerequests.h"
#include "ui/shell/shell.h"

#include <functional>

namespace Drover {

class ActionRegistry;

/// What can be done with machines. GUI thread, the shell outlives it.
class MachineActions : public QObject
{
    Q_OBJECT

public:
    explicit MachineActions(Shell &shell, QObject *parent = nullptr);

    static void registerWith(ActionRegistry &actions);
    static QStringList ids();

    /// Empty: it can be run on these.
    QString whyNot(const QString &id, const QList<Machine> &machines) const;
    void run(const QString &id, const QList<Machine> &machines);

private:
    void set(const QList<Machine> &machines, const std::function<void(SetMachine &)> &change, const QString &done);
    void invite();
    void askSlots(const QList<Machine> &machines);
    void askPools(const QList<Machine> &machines);
    void askLabels(const Machine &machine);
    void askRemove(const Machine &machine);

    Shell &m_shell;
    Desk &m_desk;
};

/// "gpu=a100, fast": nothing where it cannot be read.
std::optional<QMap<QString, QString>> labelsIn(const QString &text);
QString textOfLabels(const QMap<QString, QString> &labels);

} // namespace Drover
