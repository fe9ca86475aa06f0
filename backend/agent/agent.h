#pragma once

#include "backend/agent/agentstatus.h"
#include "backend/agent/cgroups.h"
#include "backend/agent/facts.h"
#include "backend/agent/runner.h"
#include "backend/agent/telemetry.h"

namespace Drover {

struct AgentSettings
{
    AgentPaths paths;
    SlotUsers users;
    QString shimProgram;
    QStringList shimWrapper; ///< empty: the host is a plain child
    std::optional<rlimit> fileLimit; ///< of tasks, when the agent's own was changed
    QString home; ///< HOME of tasks that run as the agent itself
    qint64 cacheSize = qint64(10) * 1000 * 1000 * 1000; ///< bytes of files that tasks take, kept for the next
    int gpus = 0; ///< declared; 0: what nvidia-smi tells
};

/// Wires the agent: one connection, one runner, one shim host, one file thread. Says hello on
/// every new connection, hands on what the daemon says, and sends the heartbeats.
/// Lives in the main thread.
class Agent : public QObject
{
    Q_OBJECT

public:
    Agent(const AgentSettings &settings, DaemonLink &link, const Clock &clock,
          QObject *parent = nullptr);

    /// Opens the state, starts the shim host and then the connection. `failed` says what stands in
    /// the way later on.
    Result<void> start();

    /// Tells the daemon that this machine goes away; its tasks go on. `leftBehind` once it has
    /// left, or a second later.
    void sayGoodbye(const QString &reason);

    const Runner &runner() const { return m_runner; }
    const ShimHost &shimHost() const { return m_host; }

signals:
    void failed(const Drover::Error &error);
    void leftBehind();
    /// The daemon has taken us on.
    void welcomed(const Drover::AgentWelcome &welcome);

private:
    void onOpened(const AttemptFolders::Opened &opened);
    void onHostHello(qint64 pid, const QString &scope);
    void onCgroups(const Cgroups &cgroups);
    void onConnected();
    void onDisconnected(const QString &reason);
    void writeStatus(const ConnectionStatus &status);
    void sayHello();
    void onRefused(const Error &error);
    void onWelcome(const AgentWelcome &welcome);
    void onReceived(const QString &method, const QByteArray &params);
    void obey(const QString &method, const QByteArray &params);
    void onChunks(const QList<OutputChunk> &chunks);
    void beat();
    void onBeatAck(const AgentBeatAck &ack);

    template <typename T> bool take(const QByteArray &params, void (Agent::*handle)(const T &));
    void onAssign(const AgentAssign &message) { m_runner.assign(message.assignments); }
    void onOrders(const AgentOrders &message);
    void onReportsAck(const ReportsAck &message) { m_reporter.acknowledge(message.upTo); }
    void onOutputAck(const OutputAck &message);

    const AgentSettings m_settings;
    DaemonLink &m_link;
    const Clock &m_clock;
    FactFinder m_facts;
    FileThread m_files;
    Supplies m_supplies;
    ShimHost m_host;
    Reporter m_reporter;
    FenceWord m_fence;
    Runner m_runner;
    Telemetry m_telemetry;

    Cgroups m_cgroups;
    qint64 m_epoch = 0;
    qint64 m_revision = 0; // the highest the daemon has told of in that history
    bool m_isOpen = false; // the state was read and what it held adopted
    bool m_factsKnown = false;
    bool m_cgroupsKnown = false;
    bool m_helloSent = false;
    bool m_welcomed = false; // on this connection
    QList<std::pair<QString, QByteArray>> m_early; // messages that came before the welcome
    QTimer m_beat;
    int m_beats = 0;
    QString m_lastReason; // of there being no connection
};

} // namespace Drover
