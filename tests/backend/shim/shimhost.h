#pragma once

#include "backend/shim/runfolder.h"

#include <QtCore/QProcess>
#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

#include <optional>

namespace Drover {

/// A real drover-shim host with a state folder of its own, talked to as the agent does.
class ShimHost
{
public:
    ShimHost();
    ~ShimHost(); ///< Ends what still runs

    bool start(); ///< Until it has said hello
    ShimAnswer hello() const { return m_hello; }
    void kill(); ///< SIGKILL, to the host alone
    void closeRequests() { m_host.closeWriteChannel(); }
    void stopReading(); ///< Closes our end of the answers
    QProcess &process() { return m_host; }

    /// The start of a new task: /bin/sh -c `script`.
    ShimStart shell(const QString &script);
    void send(const ShimStart &start);
    void sendRaw(const QByteArray &bytes);

    /// The next answer of that kind for that task (0: any) within 20 s.
    std::optional<ShimAnswer> answer(AnswerKind kind, int64_t task = 0);
    /// Sends and waits: the record of a task that has started, or has ended.
    RunRecord started(const ShimStart &start);
    RunRecord run(const ShimStart &start);
    RunRecord ended(const ShimStart &start);

    /// Waits for the status file, whether or not a host lives.
    RunRecord status(const ShimStart &start) const;
    QByteArray output(const ShimStart &start, const char *file = runOutFile) const;
    QString folder() const { return m_folder.path(); }

    /// Sends and waits for the reply; error −1 when none comes in `waitMs`.
    ControlReply control(const RunRecord &record, ControlMessage message, int waitMs = 20'000);
    ControlReply kill(const RunRecord &record, const char *reason, int graceMs = -1);

private:
    void read();

    QTemporaryDir m_folder;
    QProcess m_host;
    ShimAnswer m_hello;
    ShimAnswers m_reader;
    QList<ShimAnswer> m_answers;
    QList<ShimStart> m_sent;
    int m_control = -1;
    int64_t m_lastTask = 0;
    uint64_t m_lastMessage = 0;
};

/// "exited 3", "signalled 15", "timed-out", "could-not-start 10 execve /no/such: No such file…".
QString printed(const RunRecord &record);

/// A file of the task's, waited for: "" when it does not come to hold a whole line.
QByteArray lineOf(const QString &file);

} // namespace Drover
