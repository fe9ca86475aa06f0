#pragma once

#include "backend/dispatch/dispatcher.h"
#include "backend/queue/submissions.h"
#include "backend/store/store.h"
#include "tests/simulation/history.h"
#include "tests/support/fakeclock.h"
#include "tests/support/memoryfolder.h"

#include <memory>

namespace Drover {

/// What the simulation makes shorter or longer.
struct SimulatedSettings
{
    DispatchSettings dispatch;
    std::chrono::milliseconds lease {120'000};
    int mostPoison = 3;
};

/// The rooms of a daemon as droverd wires them, on a database in memory; no threads but the store's,
/// no sockets. It can be killed at any moment, also while a commit is under way.
///
/// Nothing happens by itself: who puts something on the stage calls settle(), which is the moment
/// in which the writer would take it.
class SimulatedDaemon : public QObject
{
    Q_OBJECT

public:
    struct Rooms
    {
        Rooms(const QString &folder, const Clock &clock, const SimulatedSettings &settings);

        Store store;
        Ledger ledger;
        BatchBook batches;
        TaskQueue queue;
        SpecCache specs;
        Blobs blobs;
        Attempts attempts;
        Submissions submissions;
        Fleet fleet;
        Dispatcher dispatcher;
    };

    SimulatedDaemon(const FakeClock &clock, History &history, const SimulatedSettings &settings);

    bool isUp() const { return bool(m_rooms); }
    Rooms &rooms() { return *m_rooms; }
    const Rooms &rooms() const { return *m_rooms; }

    /// Reads everything; what memory then holds must be what is durable.
    void start();
    enum class Death {
        Clean, ///< everything staged is durable, and was answered
        BeforeCommit, ///< what was staged is lost
        DuringCommit, ///< it is durable, and nobody was told
    };
    void die(Death death);

    /// Commits until nothing is staged any more and no spec is being read.
    void settle();

    /// Reads what the database has, and waits for it.
    template<typename T>
    Result<T> read(std::function<Result<T>(Database &)> question)
    {
        std::optional<Result<T>> answer;
        m_rooms->store.ask<T>(this, std::move(question),
                              [&answer](Result<T> result) { answer = std::move(result); });
        waitUntil([&answer] { return answer.has_value(); });
        return std::move(*answer);
    }

signals:
    void send(Drover::MachineId machine, const QByteArray &frame);
    void helloWanted(Drover::MachineId machine);

private:
    void compareWithDurable();
    void waitUntil(const std::function<bool()> &condition);

    const FakeClock &m_clock;
    History &m_history;
    SimulatedSettings m_settings;
    MemoryFolder m_folder;
    std::unique_ptr<Rooms> m_rooms;
    std::optional<Stage> m_underWay; ///< to the writer, while the daemon dies
    bool m_isDying = false;
};

} // namespace Drover
