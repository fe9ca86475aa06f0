#pragma once

#include "backend/agent/journal.h"
#include "backend/agent/seats.h"
#include "backend/shim/runfolder.h"

#include <QtCore/QObject>

namespace Drover {

/// Where an agent keeps things. Absolute paths.
struct AgentPaths
{
    QString state; ///< 0700
    QString work; ///< the work root

    QString cache() const { return work + QStringLiteral("/cache"); } ///< of what tasks take
    QString run() const { return state + QStringLiteral("/run"); }
    QString spare() const { return state + QStringLiteral("/spare"); }
    QString journal() const { return state + QStringLiteral("/journal"); }
    QString fence() const { return state + QStringLiteral("/fence"); }
    QString lock() const { return state + QStringLiteral("/lock"); }
    QString identity() const { return state + QStringLiteral("/identity.pem"); }
    QString status() const { return state + QStringLiteral("/status.json"); }
    QString machine() const { return state + QStringLiteral("/machine.json"); }
};

/// The folder of an attempt made ready, or why it was not.
struct PreparedAttempt
{
    AttemptId id;
    Seat seat;
    std::optional<Error> error; ///< Busy: ask again when seats come free; LimitReached: disk full
};

/// What a run folder says, and whether its shim still minds the task.
struct FoundAttempt
{
    AttemptNote note; ///< epoch 0: the journal does not know it
    Seat seat;
    RunFolderContent content;
    bool isThisBoot = false;
    bool isAlive = false; ///< the shim
    bool isDying = false; ///< shim dead, and what it left was just killed: look again
};

/// An attempt whose end is committed, or not wanted.
struct FinishedAttempt
{
    AttemptId id;
    int seat = -1;
    int user = -1; ///< whose run folder it is
    bool keepFolder = false;
};

/// An emptied run folder that a start of that user may take over.
struct SpareFolder
{
    int user = -1;
    std::string path;
};

/// The agent's folders on disk: notes in the journal, seats, and the shims' run folders.
/// Lives in the file thread; the main thread talks to it through FileThread.
class AttemptFolders : public QObject
{
    Q_OBJECT

public:
    AttemptFolders(const AgentPaths &paths, SlotUsers users);

    struct Opened
    {
        qint64 generation = 0;
        qint64 epoch = 0;
        qint64 revision = 0; ///< the highest it has heard of in that history
        bool isNewBoot = false;
        QList<FoundAttempt> found; ///< to be adopted
    };
    /// Everything an earlier agent left.
    Result<Opened> open();

    void setHistory(qint64 epoch, qint64 revision);
    void prepare(const QList<AttemptNote> &notes);
    void look(const QList<AttemptId> &ids);

    /// Run folders that came after open() without us: an old host may have had starts in its pipe.
    /// What it did not start by now it never will, and is forgotten.
    void lookForStrangers();
    void clean(const QList<FinishedAttempt> &finished);

signals:
    void prepared(const QList<Drover::PreparedAttempt> &attempts);
    void looked(const QList<Drover::FoundAttempt> &attempts);
    void strangersFound(const QList<Drover::FoundAttempt> &attempts);
    void cleaned(const QList<Drover::SpareFolder> &spares);

private:
    FoundAttempt find(AttemptId id);
    Result<Seat> seatFor(const AttemptNote &note);
    QList<AttemptId> idsOnDisk() const;
    std::string runFolder(AttemptId id) const;
    void removeRun(const FinishedAttempt &finished, QList<SpareFolder> &spares);

    AgentPaths m_paths;
    std::string m_runRoot;
    std::string m_spareRoot;
    SlotUsers m_users;
    std::string m_bootId;
    Journal m_journal;
    Seats m_seats;
    QList<AttemptId> m_doubtful; // noted by an earlier agent, no run folder: in an old host's pipe?
    qint64 m_spareNumber = 0;
};

} // namespace Drover
