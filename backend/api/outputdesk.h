#pragma once

#include "backend/api/rooms.h"
#include "backend/api/router.h"
#include "backend/files/outputreader.h"
#include "backend/protocol/outputrequests.h"
#include "backend/store/queries.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

namespace Drover {

/// Takes the output that agents ship, and answers who reads, searches or follows it: checks who may,
/// asks the store whose output it is and what of it the store holds, and has OutputReader do the
/// work. One follows by a question that waits: it is answered as soon as there is something new, and
/// asked anew when that was taken, so a slow reader gets fewer and larger answers. State thread.
class OutputDesk : public QObject
{
    Q_OBJECT

public:
    explicit OutputDesk(Rooms &rooms, QObject *parent = nullptr);

    /// A chunk of an attempt of that machine; others are dropped.
    void take(MachineId machine, const OutputChunk &chunk);
    void read(const Caller &caller, const ReadOutput &request, const Answer<OutputPiece> &answer);
    void info(const Caller &caller, const GetOutputInfo &request, const Answer<OutputInfo> &answer);
    void locate(const Caller &caller, const LocateOutput &request, const Answer<OutputPlace> &answer);
    void find(const Caller &caller, const FindOutput &request, const Answer<FoundOutputs> &answer);

signals:
    /// To the agent: durable up to there.
    void acknowledged(Drover::MachineId machine, const Drover::OutputAck &ack);
    /// Something of that machine could not be stored: it has to send it again.
    void unstored(Drover::MachineId machine);

private:
    /// What somebody wants to know of an output. `look` is called with what the store knows;
    /// `giveUp` when the wait is over.
    struct Question
    {
        Caller caller;
        TaskId task;
        int n = 0;
        Stream stream = Stream::Out;
        Instant until;
        std::function<void(const Question &, const OutputSubject &)> look;
        std::function<void(const Error &)> refuse;
        std::function<void()> giveUp;
        AttemptId attempt = {}; ///< none: the task has not been started
    };

    Result<void> mayRead(const Caller &caller, TaskId task, const QString &project) const;
    Instant waitUntil(std::chrono::milliseconds wait) const;
    void ask(const Question &question);
    void serve(const Question &question);
    void onPiece(const Question &question, const OutputSubject &subject, const Result<OutputSlice> &slice,
                 const Answer<OutputPiece> &answer);
    void onFigures(const Question &question, const OutputSubject &subject, const GetOutputInfo &request,
                   const Result<OutputFigures> &figures, const Answer<OutputInfo> &answer);
    /// Does the work in the reader's thread, and comes back with what it gave.
    template <typename T>
    void work(std::function<Result<T>(OutputReader &)> job, std::function<void(const Result<T> &)> then);
    void follow(const Question &question);
    void wake(const std::function<bool(const Question &)> &which);
    void writeNext();
    void onStored(const OutputName &name, qint64 size);
    void onAttemptOver(const Attempt &attempt);
    void onTimer();

    Rooms &m_rooms;
    QList<OutputPart> m_waiting; ///< chunks for the file thread, which takes all that is there
    bool m_writing = false;
    std::vector<Question> m_followers;
    QTimer m_timer;
};

} // namespace Drover
