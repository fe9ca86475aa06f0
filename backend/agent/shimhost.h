#pragma once

#include "backend/base/result.h"
#include "backend/shim/runfolder.h"

#include <QtCore/QObject>
#include <QtCore/QStringList>
#include <QtCore/QTimer>

#include <memory>
#include <optional>
#include <sys/resource.h>
#include <vector>

QT_FORWARD_DECLARE_CLASS(QSocketNotifier)

namespace Drover {

/// The shim host of this agent: starts it, hands it starts, hands out the answers of host and
/// shims, and starts another when it died.
///
/// Not a QProcess: the host must outlive the agent's end without being killed by it, and its
/// shims go on answering on the same pipe when it is dead. Lives in the main thread; never waits.
class ShimHost : public QObject
{
    Q_OBJECT

public:
    /// `wrapper` is what to start it through, such as `systemd-run --scope …`; empty: nothing.
    ShimHost(QString program, QStringList wrapper, QObject *parent = nullptr);

    /// Closes the way in: the host takes what stands in the pipe, and ends. Shims go on.
    ~ShimHost() override;

    /// drover-shim beside this program, or in libexec. NotFound names the places.
    static Result<QString> findProgram();

    /// `systemd-run …` where PID 1 is systemd, so that tasks have a scope of their own.
    static QStringList usualWrapper();

    Result<void> start();

    /// How many files a task may have open: as this program found it, before it took more itself.
    void setFileLimit(const rlimit &limit) { m_fileLimit = limit; }

    /// Lets starts through to a host that has said hello: until then its processes may be put in
    /// order (a cgroup that it shall leave).
    void open();

    bool isReady() const { return m_ready; }
    pid_t process() const { return m_pid; }

    /// Puts a frame of encodeStart() on its way; flush() sends what was put. What was put when the
    /// host died was not done.
    void put(const std::string &frame) { m_toSend += frame; }
    void flush();

signals:
    /// A new host; it has been sent nothing yet, and is not before open(). `scope`: its own cgroup,
    /// as a path; empty when it has none.
    void hello(qint64 pid, const QString &scope);
    /// All that has come, in order.
    void answered(const std::vector<Drover::AnswerBody> &answers);
    /// It is dead, and everything sent to it that no run folder tells of was not done.
    void died(const QString &how);
    /// What host and shims said was damaged: the run folders tell.
    void answersLost();

private:
    Result<void> openAnswers();
    Result<void> spawn();
    void readAnswers();
    void onGone();
    void closeRequests();

    QString m_program;
    QStringList m_wrapper;
    int m_answersRead = -1;
    int m_answersWrite = -1; // kept, so that the next host can have it
    int m_requests = -1;
    pid_t m_pid = 0;
    int m_pidFd = -1;
    bool m_greeted = false;
    bool m_ready = false;
    std::optional<rlimit> m_fileLimit;
    int m_failures = 0; // hosts that died before their hello
    std::string m_toSend;
    ShimAnswers m_answers;
    std::unique_ptr<QSocketNotifier> m_answersNotifier;
    std::unique_ptr<QSocketNotifier> m_requestsNotifier;
    std::unique_ptr<QSocketNotifier> m_goneNotifier;
    QTimer m_restart;
};

} // namespace Drover
