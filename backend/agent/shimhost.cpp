#include "backend/agent/shimhost.h"

#include "backend/base/logging.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QSocketNotifier>
#include <QtCore/QStandardPaths>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

Error systemFailure(const QString &what)
{
    return fail(ErrorCode::Io, u"%1: %2"_s.arg(what, qt_error_string(errno)));
}

/// All signals at their default and none blocked, whatever Qt and we did to our own.
class SpawnAttributes
{
public:
    SpawnAttributes()
    {
        posix_spawnattr_init(&m_attributes);
        sigset_t set;
        sigfillset(&set);
        posix_spawnattr_setsigdefault(&m_attributes, &set);
        sigemptyset(&set);
        posix_spawnattr_setsigmask(&m_attributes, &set);
        posix_spawnattr_setflags(&m_attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    }
    ~SpawnAttributes() { posix_spawnattr_destroy(&m_attributes); }
    SpawnAttributes(const SpawnAttributes &) = delete;
    SpawnAttributes &operator=(const SpawnAttributes &) = delete;

    const posix_spawnattr_t *get() const { return &m_attributes; }

private:
    posix_spawnattr_t m_attributes{};
};

} // namespace

ShimHost::ShimHost(QString program, QStringList wrapper, QObject *parent)
    : QObject(parent)
    , m_program(std::move(program))
    , m_wrapper(std::move(wrapper))
{
    m_restart.setSingleShot(true);
    m_restart.callOnTimeout(this, [this] {
        if (const Result<void> started = spawn(); !started) {
            logError(LogCategory::Agent, u"the shim host does not start",
                     {{"reason"_L1, started.error().message}});
            m_restart.start(std::chrono::seconds(5));
        }
    });
}

ShimHost::~ShimHost()
{
    closeRequests();
    for (const int fd : {m_answersRead, m_answersWrite, m_pidFd}) {
        if (fd >= 0)
            close(fd);
    }
}

Result<QString> ShimHost::findProgram()
{
    const QStringList places{QCoreApplication::applicationDirPath() + "/drover-shim"_L1,
                             u"/usr/libexec/drover/drover-shim"_s,
                             u"/usr/local/libexec/drover/drover-shim"_s};
    for (const QString &place : places) {
        if (QFileInfo(place).isExecutable())
            return place;
    }
    return fail(ErrorCode::NotFound, u"drover-shim is not in %1"_s.arg(places.join(u", "_s)));
}

QStringList ShimHost::usualWrapper()
{
    // The folder that sd_booted() looks for: systemd is PID 1 here.
    const QString run = QStandardPaths::findExecutable(u"systemd-run"_s);
    if (run.isEmpty() || !QFileInfo::exists(u"/run/systemd/system"_s))
        return {};
    const QStringList common{u"--scope"_s,   u"--quiet"_s,
                             u"--collect"_s, u"--slice=drover.slice"_s,
                             u"-p"_s,        u"Delegate=yes"_s};
    if (geteuid() == 0)
        return QStringList{run} + common;
    const QString runtime = qEnvironmentVariable("XDG_RUNTIME_DIR");
    if (!runtime.isEmpty() && QFileInfo::exists(runtime + "/systemd/private"_L1))
        return QStringList{run, u"--user"_s} + common;
    return {};
}

Result<void> ShimHost::start()
{
    if (const Result<void> opened = openAnswers(); !opened)
        return opened.error();
    return spawn();
}

Result<void> ShimHost::openAnswers()
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return systemFailure(u"pipe"_s);
    m_answersRead = ends[0];
    m_answersWrite = ends[1];
    fcntl(m_answersRead, F_SETFL, O_NONBLOCK);
    fcntl(m_answersRead, F_SETPIPE_SZ, 1 << 20); // refused to the unprivileged now and then
    m_answersNotifier = std::make_unique<QSocketNotifier>(m_answersRead, QSocketNotifier::Read);
    connect(m_answersNotifier.get(), &QSocketNotifier::activated, this, &ShimHost::readAnswers);
    return {};
}

Result<void> ShimHost::spawn()
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return systemFailure(u"pipe"_s);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, m_answersWrite, STDOUT_FILENO);
    std::vector<QByteArray> words;
    for (const QString &word : m_wrapper + QStringList{m_program, u"host"_s})
        words.push_back(QFile::encodeName(word));
    if (!m_wrapper.isEmpty())
        words.push_back("--scope");
    std::vector<char *> arguments;
    for (QByteArray &word : words)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const int error = posix_spawn(&m_pid, arguments[0], &actions, SpawnAttributes().get(),
                                  arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[0]);
    if (error) {
        close(ends[1]);
        m_pid = 0;
        errno = error;
        return systemFailure(QString::fromLocal8Bit(words.front()));
    }
    m_requests = ends[1];
    fcntl(m_requests, F_SETFL, O_NONBLOCK);
    fcntl(m_requests, F_SETPIPE_SZ, 1 << 20);
    m_requestsNotifier = std::make_unique<QSocketNotifier>(m_requests, QSocketNotifier::Write);
    m_requestsNotifier->setEnabled(false);
    connect(m_requestsNotifier.get(), &QSocketNotifier::activated, this, &ShimHost::flush);
    m_pidFd = int(syscall(SYS_pidfd_open, m_pid, 0));
    fcntl(m_pidFd, F_SETFD, FD_CLOEXEC);
    m_goneNotifier = std::make_unique<QSocketNotifier>(m_pidFd, QSocketNotifier::Read);
    connect(m_goneNotifier.get(), &QSocketNotifier::activated, this, &ShimHost::onGone);
    return {};
}

void ShimHost::open()
{
    m_ready = m_greeted;
    flush();
}

void ShimHost::flush()
{
    size_t done = 0;
    while (m_ready && done < m_toSend.size()) {
        const ssize_t count = write(m_requests, m_toSend.data() + done, m_toSend.size() - done);
        if (count < 0)
            break; // full, or the host is dead, which its notifier tells
        done += size_t(count);
    }
    m_toSend.erase(0, done);
    if (m_requestsNotifier)
        m_requestsNotifier->setEnabled(m_ready && !m_toSend.empty());
}

void ShimHost::readAnswers()
{
    char bytes[64 * 1024];
    std::vector<ShimAnswer> answers;
    const ssize_t count = read(m_answersRead, bytes, sizeof bytes);
    if (count <= 0)
        return;
    m_answers.append(bytes, size_t(count));
    while (const std::optional<ShimAnswer> answer = m_answers.next()) {
        if (answer->kind != AnswerKind::Hello) {
            answers.push_back(*answer);
        } else if (answer->record.shimPid == m_pid) {
            m_greeted = true;
            if (m_fileLimit)
                prlimit(m_pid, RLIMIT_NOFILE, &*m_fileLimit, nullptr);
            m_failures = 0;
            const auto &record = answer->record;
            if (answer->error)
                logWarning(LogCategory::Agent, u"the shim host has no cgroup to itself",
                           {{"reason"_L1, qt_error_string(answer->error)}});
            emit hello(m_pid, QString::fromLocal8Bit(record.cgroup));
        }
    }
    const bool broken = m_answers.isBroken();
    if (broken) {
        logError(LogCategory::Agent, u"the answers of the shims are damaged");
        m_answers = ShimAnswers();
    }
    if (!answers.empty())
        emit answered(answers);
    if (broken)
        emit answersLost();
}

void ShimHost::onGone()
{
    m_goneNotifier->setEnabled(false);
    int status = 0;
    waitpid(m_pid, &status, WNOHANG);
    const QString how = WIFSIGNALED(status) ? u"signal %1"_s.arg(WTERMSIG(status))
                                            : u"exit status %1"_s.arg(WEXITSTATUS(status));
    logWarning(LogCategory::Agent, u"the shim host died", {{"how"_L1, how}});
    m_failures += m_greeted ? 0 : 1;
    if (m_failures == 2 && !m_wrapper.isEmpty()) {
        logWarning(LogCategory::Agent, u"starting the shim host without a scope of its own",
                   {{"tried"_L1, m_wrapper.first()}});
        m_wrapper.clear();
    }
    m_greeted = m_ready = false;
    closeRequests();
    close(m_pidFd);
    m_pidFd = -1;
    m_pid = 0;
    m_toSend.clear();
    readAnswers(); // what it still said comes first
    emit died(how);
    m_restart.start(
        std::chrono::milliseconds(m_failures == 0 ? 0 : std::min(100 << m_failures, 5000)));
}

void ShimHost::closeRequests()
{
    m_requestsNotifier.reset();
    if (m_requests >= 0)
        close(m_requests);
    m_requests = -1;
}

} // namespace Drover
