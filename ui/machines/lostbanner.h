#pragma once

#include "app/mirror/mirror.h"

#include <QtWidgets/QFrame>

QT_FORWARD_DECLARE_CLASS(QLabel)
QT_FORWARD_DECLARE_CLASS(QPushButton)

namespace Drover {

class Look;

/// Machines that are out of contact, what becomes of their work and what one can do; look.md, Banner.
/// Hidden while there are none, or after it was closed for these.
class LostBanner : public QFrame
{
    Q_OBJECT

public:
    explicit LostBanner(const Look &look, QWidget *parent = nullptr);

    /// All that are silent or lost with work on them, and the batches whose leases decide.
    void setMachines(const QList<Machine> &machines);
    void setOutlook(const QString &text);

signals:
    void tasksAsked();
    void machinesAsked();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void applyLook();

    const Look &m_look;
    QList<MachineId> m_shown;
    QList<MachineId> m_closed;
    QLabel *m_sentence;
    QLabel *m_outlook;
};

/// "moor-03 and fell-40 are out of contact."
QString wordsOfLost(const QList<Machine> &machines);

} // namespace Drover
