#pragma once

#include "tests/simulation/simulateddaemon.h"
#include "tests/simulation/simulatedmachine.h"

namespace Drover {

/// What happens to a fleet, and how often; a mean time of 0 is never.
struct Scenario
{
    quint32 seed = 1;
    int machines = 12;
    std::chrono::seconds length {3600}; ///< then everything calms down, and all of it must end
    std::chrono::seconds submissions {20};
    std::chrono::seconds commands {15}; ///< cancel, hold, edit, retry…
    std::chrono::seconds cuts {60};
    std::chrono::seconds stalls {120}; ///< a cable pulled and put back: its connection outlives it
    std::chrono::seconds agentDeaths {240};
    std::chrono::seconds reboots {600};
    std::chrono::seconds daemonDeaths {300};
    std::chrono::seconds freezes {600}; ///< of the daemon
    std::chrono::seconds storms {2400};
    std::optional<LeaseRule> rule; ///< none: any
    SimulatedSettings settings {};
};

/// A fleet on a clock that is moved from event to event: a daemon of real rooms, agents and wires
/// that are simulated, people, and faults; all of it from one seed. The same seed is the same
/// history.
class Simulation
{
public:
    explicit Simulation(const Scenario &scenario);

    /// Until every task has its end. What was broken, in words; none is what is wanted.
    QStringList run();

    qint64 events() const { return m_world.agenda.done(); }
    qint64 ends() const { return m_world.history.ends(); }
    qint64 leasesEnded() const { return m_world.history.leasesEnded(); }
    QString summary() const;

private:
    /// A connection: what is under way on it arrives in order, or is lost from some point on.
    struct Wire
    {
        int number = 0;
        bool open = false;
        std::deque<AgentMessage> up;
        SteadyInstant lastUp {};
        SteadyInstant lastDown {};
        SteadyInstant late {}; ///< what survived a cut arrives not before
    };
    struct Station
    {
        std::unique_ptr<SimulatedMachine> machine;
        std::map<int, Wire> wires; ///< the last one is the agent's
        int heard = 0; ///< the wire that the daemon believes in; 0: none
        int helloed = 0; ///< the newest that has said hello
        int lastWire = 0;
        SteadyInstant apart {}; ///< no connection before that
        bool isConnecting = false;
    };

    // simulation.cpp: wires and faults
    void addMachines();
    Station &station(MachineId id) { return m_stations[size_t(id.value - 1)]; }
    void connectLater(Station &station);
    void connect(Station &station);
    void transmit(Station &station, AgentMessage message);
    void deliverUp(Station &station, int number);
    void hear(Station &station, int number, const AgentMessage &message);
    void hearHello(Station &station, int number, const AgentHello &hello);
    void hearReports(Station &station, const AgentReports &reports);
    void sendDown(MachineId id, std::function<void(SimulatedMachine &)> message);
    void cut(Station &station);
    void noticeCut(Station &station, int number);
    void tick();
    void inDaemon(std::function<void()> what);
    void settleSoon();
    void settle();
    void often(std::chrono::seconds mean, void (Simulation::*what)());
    void cutOne();
    void stallOne();
    void killAgentOne();
    void rebootOne();
    void killDaemon();
    void startDaemon();
    void freezeDaemon();
    void storm();
    void calm();
    bool isOver();
    void checkEmpty();

    // people.cpp: what people ask for
    void submit();
    void send(const Submit &request);
    void take(const Submit &request, const std::shared_ptr<bool> &isKept);
    TaskSpec anySpec();
    void command();
    TaskId anyTask(bool finished);
    void cancelSome();
    void retrySome();
    void editOne();
    void holdOrRelease();
    void pauseOrResume();
    void flagBatch();
    void flagAll();
    void drainOne();
    void releaseEverything();
    void lookAfterTheRest();
    SimulatedDaemon::Rooms &rooms() { return m_daemon.rooms(); }

    Scenario m_scenario;
    World m_world;
    SimulatedDaemon m_daemon;
    std::vector<Station> m_stations;
    QList<TaskId> m_tasks; ///< all that were acknowledged
    SteadyInstant m_frozenUntil {};
    bool m_isCalm = false;
    int m_keys = 0;
    int m_contents = 0;
    qint64 m_deaths = 0;
    qint64 m_cuts = 0;
    QStringList m_problems;
};

} // namespace Drover
