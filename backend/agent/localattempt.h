#pragma once

#include "backend/agent/attemptnote.h"
#include "backend/base/instant.h"
#include "backend/shim/runfolder.h"

#include <QtCore/QSocketNotifier>

#include <memory>

namespace Drover {

/// Tells when one process is gone, even if it is no child.
class ProcessWatch
{
public:
    /// Null when that very process is gone already.
    static std::unique_ptr<ProcessWatch> of(pid_t pid, uint64_t start);
    ~ProcessWatch();
    ProcessWatch(const ProcessWatch &) = delete;
    ProcessWatch &operator=(const ProcessWatch &) = delete;

    QSocketNotifier &notifier() { return m_notifier; }

private:
    explicit ProcessWatch(int file) : m_file(file), m_notifier(file, QSocketNotifier::Read) { }

    int m_file;
    QSocketNotifier m_notifier;
};

/// An attempt on this machine, from its assignment until its end is committed. Main thread.
struct LocalAttempt
{
    enum class Phase {
        Preparing, ///< its folder is being made
        Bringing, ///< what it takes is on its way
        Ready, ///< waits for slots
        Starting, ///< sent to the host
        Running,
        Leaving, ///< its leader is gone, slots are free; what it has left is taken away
        Collecting, ///< then the rest of its output
        Reported, ///< its end waits for the daemon's commit
    };

    AttemptNote note;
    Seat seat;
    Phase phase = Phase::Preparing;
    std::unique_ptr<Assignment> assignment; ///< until it runs
    std::string spare; ///< the spare run folder its start names
    std::unique_ptr<RunRecord> record; ///< of what runs
    std::unique_ptr<Report> end; ///< while it is collected
    std::unique_ptr<ProcessWatch> watch; ///< of a shim that no host of ours minds
    std::unique_ptr<Order> stop; ///< has been asked to end
    bool isPaused = false; ///< wanted: not started, or frozen
    bool isHeldBack = false; ///< no process could be made a moment ago
    bool isForgotten = false; ///< no report of it is wanted
    bool holdsSlots = false;
    bool isBad = false;
    bool isMerged = false; ///< its output is one file
    int looks = 0; ///< at a folder that does not tell yet

    AttemptId id() const { return note.id(); }
    bool isUnstarted() const { return phase <= Phase::Ready; }
    bool takesFiles() const
    {
        return assignment && (!assignment->spec.inputs.isEmpty() || !assignment->spec.sharedInputs.isEmpty());
    }
    bool isMinded() const { return phase == Phase::Starting || phase == Phase::Running; }
};

} // namespace Drover
