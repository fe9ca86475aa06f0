#pragma once

#include "backend/protocol/machine.h"

#include <QtCore/QObject>
#include <QtCore/QProcess>
#include <QtCore/QTimer>

namespace Drover {

/// What is known of this machine without asking another program: names, cores, memory, boot.
/// Any thread.
MachineFacts plainFacts();

/// Asks the programs that know more (nvidia-smi, podman, docker), each at its own pace and five
/// seconds at most in all. Disks are measured by the file thread. Lives in the main thread.
class FactFinder : public QObject
{
    Q_OBJECT

public:
    explicit FactFinder(QObject *parent = nullptr);
    ~FactFinder() override;

    /// `gpus` is how many there are where no program can tell; 0: as it tells.
    void start(int gpus = 0);
    const MachineFacts &facts() const { return m_facts; }

signals:
    void found(const Drover::MachineFacts &facts);

private:
    void ask(const QString &program, const QStringList &arguments,
             void (FactFinder::*take)(const QString &));
    void takeGpus(const QString &text);
    void takeEngine(const QString &text);
    void finish();

    MachineFacts m_facts;
    int m_pending = 0;
    bool m_finished = false;
    QTimer m_deadline;
};

} // namespace Drover
