#pragma once

#include "backend/protocol/agentmessages.h"
#include "tests/simulation/world.h"

#include <deque>
#include <map>
#include <variant>

namespace Drover {

/// What an agent says.
using AgentMessage = std::variant<AgentHello, AgentReports, AgentBeat>;

/// A machine with its agent and its processes, that keeps what the real ones keep (life.md,
/// Processes on a machine): processes and how they ended outlive the agent, the list of what was
/// assigned is on its disk, the fence is minded by each process's shim alone.
class SimulatedMachine
{
public:
    using Transmit = std::function<void(AgentMessage)>;

    SimulatedMachine(World &world, MachineId id, int slotCount, Transmit transmit);

    MachineId id() const { return m_id; }
    MachineFacts facts() const;
    bool isAgentUp() const { return m_agentUp; }
    bool isConnected() const { return m_connected; }
    bool isEmpty() const { return m_attempts.empty(); }
    int processes() const;

    // The agent's life.
    void startAgent();
    void killAgent();
    /// Takes every process along; `forgets`: the disk lost what was written last.
    void reboot(bool forgets);

    // Its connection.
    void connected();
    void cut();
    void welcomed(const AgentWelcome &welcome);
    void receive(const QByteArray &frame);

private:
    enum class Phase { Waiting, Running, Collecting, Reported };
    struct Local
    {
        Assignment assignment;
        qint64 epoch = 0;
        Phase phase = Phase::Waiting;
        bool paused = false; ///< is to be frozen
        bool frozen = false;
        bool hasProcess = false;
        bool isOver = false; ///< its status lies there, and nobody has read it
        bool willBeFenced = false;
        std::optional<EndReason> stop;
        Instant started;
        SteadyInstant due; ///< when it exits by itself
        std::chrono::microseconds left {0}; ///< of its run time, while it is frozen
        int turn = 0; ///< events of an earlier one are void
        Report end;

        AttemptId id() const { return assignment.id(); }
    };

    Local *find(AttemptId id);
    void handle(const Envelope &message);
    void assign(const AgentAssign &message);
    void obey(const Order &order);
    void stop(Local &local, const Order &order);
    void setFrozen(Local &local, bool frozen);
    void startWhatFits();
    bool mayStart(const Local &local) const;
    void start(Local &local);
    void exitLater(Local &local, std::chrono::microseconds after);
    void mindFence(AttemptId id);
    void onExit(AttemptId id);
    void endProcess(Local &local, EndReason reason, std::optional<int> exitCode);
    void collect(Local &local);
    void endUnstarted(Local &local, EndReason reason);
    void report(const Local &local, ReportKind kind);
    void add(Report report);
    void sendSoon();
    void send();
    void acknowledge(qint64 upTo);
    void beat();
    int slotsUsed() const;

    World &m_world;
    MachineId m_id;
    int m_slots;
    Transmit m_transmit;
    std::map<AttemptId, Local> m_attempts;
    std::deque<Report> m_reports; ///< not acknowledged; the first m_sent are under way
    size_t m_sent = 0;
    QList<Envelope> m_early; ///< before the welcome
    SteadyInstant m_fence {}; ///< when the last acknowledged heartbeat was sent
    qint64 m_epoch = 0;
    qint64 m_generation = 0;
    qint64 m_lastReport = 0;
    int m_connection = 0; ///< counts them
    int m_boots = 1;
    bool m_agentUp = false;
    bool m_connected = false;
    bool m_welcomed = false;
    bool m_sendDue = false;
    std::chrono::milliseconds m_beat {2000};
};

} // namespace Drover
