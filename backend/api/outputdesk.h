#pragma once

#include "backend/api/rooms.h"
#include "backend/api/router.h"
#include "backend/files/outputfiles.h"
#include "backend/protocol/outputrequests.h"
#include "backend/store/queries.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

namespace Drover {

/// Takes the output that agents ship, and answers who reads or follows it. What the store holds
/// inline is served from there, the rest by the file thread. Lives in the state thread.
class OutputDesk : public QObject
{
    Q_OBJECT

public:
    explicit OutputDesk(Rooms &rooms, QObject *parent = nullptr);

    /// A chunk of an attempt of that machine; others are dropped.
    void take(MachineId machine, const OutputChunk &chunk);
    void read(const Caller &caller, const ReadOutput &request, const Answer<OutputPiece> &answer);

signals:
    /// To the agent: durable up to there.
    void acknowledged(Drover::MachineId machine, const Drover::OutputAck &ack);
    /// Something of that machine could not be stored: it has to send it again.
    void unstored(Drover::MachineId machine);

private:
    struct Reader
    {
        Caller caller;
        ReadOutput request;
        Answer<OutputPiece> answer;
        Instant until;
        AttemptId attempt; ///< none: the task has not been started
    };

    Result<void> mayRead(const Caller &caller, TaskId task, const QString &project) const;
    void serve(const Reader &reader);
    void serveStored(const Reader &reader, const StoredOutput &stored);
    void serveFile(const Reader &reader, const StoredOutput &stored);
    void follow(const Reader &reader);
    void wake(const std::function<bool(const Reader &)> &which);
    void writeNext();
    void onStored(const OutputName &name, qint64 size);
    void onAttemptOver(const Attempt &attempt);
    void onTimer();

    Rooms &m_rooms;
    QList<OutputPart> m_waiting; ///< chunks for the file thread, which takes all that is there
    bool m_writing = false;
    std::vector<Reader> m_followers;
    QTimer m_timer;
};

} // namespace Drover
