#include "backend/shim/leader.h"

#include "backend/shim/sys.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <grp.h>
#include <linux/sched.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace Drover {

namespace {

struct Plan
{
    const Request &request;
    const int *entries;
    int entryCount;
    int out;
    int err;
    int header;
};

[[noreturn]] void giveUp(const Plan &plan, RunStep step)
{
    const LeaderFailure failure{.step = step, .error = errno};
    (void)!pwrite(plan.header, &failure, sizeof failure, offsetof(RunRecord, step));
    _exit(leaderFailed);
}

void setLimits(const Plan &plan)
{
    const StartNumbers &numbers = plan.request.numbers;
    if (numbers.coreLimit != 0) { // the host has set 0 for all
        const rlimit limit{.rlim_cur = numbers.coreLimit, .rlim_max = numbers.coreLimit};
        if (setrlimit(RLIMIT_CORE, &limit) != 0)
            giveUp(plan, RunStep::SetLimits);
    }
    errno = 0;
    if (numbers.nice != 0 && nice(numbers.nice) == -1 && errno != 0)
        giveUp(plan, RunStep::SetLimits);
    if (numbers.oomScoreAdj != 0) {
        ShortText<16> text;
        text << (numbers.oomScoreAdj < 0 ? "-" : "") << uint64_t(abs(numbers.oomScoreAdj));
        errno = writeText("/proc/self/oom_score_adj", text.text());
        if (errno != 0)
            giveUp(plan, RunStep::SetLimits);
    }
}

/// By the kernel's own calls: those of the C library want to tell threads that are not there.
void dropUser(const Plan &plan)
{
    const auto uid = plan.request.numbers.uid;
    const auto gid = plan.request.numbers.gid;
    if (gid >= 0
        && (syscall(SYS_setgroups, 0, nullptr) != 0 || syscall(SYS_setresgid, gid, gid, gid) != 0))
        giveUp(plan, RunStep::DropUser);
    if (uid >= 0 && syscall(SYS_setresuid, uid, uid, uid) != 0)
        giveUp(plan, RunStep::DropUser);
}

void execute(const char *path, const Plan &plan)
{
    char **arguments = plan.request.arguments;
    execve(path, arguments, plan.request.environment);
    if (errno != ENOEXEC)
        return;
    // A script without a first line: execvp() and every shell hand it to sh.
    char *name = arguments[0];
    char shell[] = "/bin/sh";
    arguments[-1] = shell;
    arguments[0] = const_cast<char *>(path);
    execve(shell, arguments - 1, plan.request.environment);
    arguments[0] = name;
}

const char *searchPath(char **environment)
{
    for (; *environment; ++environment) {
        if (strncmp(*environment, "PATH=", 5) == 0)
            return *environment + 5;
    }
    return "/usr/local/bin:/usr/bin:/bin";
}

/// Returns only when no folder of the task's PATH has it; errno is of the most telling failure.
void executeByName(const Plan &plan)
{
    int telling = ENOENT;
    for (const char *at = searchPath(plan.request.environment); *at;) {
        const size_t length = strcspn(at, ":");
        char path[4096];
        const size_t nameLength = strlen(plan.request.arguments[0]);
        if (length > 0 && length + nameLength + 2 <= sizeof path) {
            memcpy(path, at, length);
            path[length] = '/';
            memcpy(path + length + 1, plan.request.arguments[0], nameLength + 1);
            execute(path, plan);
            if (errno != ENOENT && errno != ENOTDIR)
                telling = errno;
        }
        at += length + (at[length] == ':');
    }
    errno = telling;
}

[[noreturn]] int becomeTask(const Plan &plan)
{
    // An own group, so that a signal to the task's group does not meet the shim.
    setpgid(0, 0);
    for (int i = 0; i < plan.entryCount; ++i) {
        if (write(plan.entries[i], "0", 1) != 1)
            giveUp(plan, RunStep::EnterCgroup);
    }
    setLimits(plan);
    if (dup2(plan.out, STDOUT_FILENO) < 0 || dup2(plan.err, STDERR_FILENO) < 0)
        giveUp(plan, RunStep::OpenOutput);
    dropUser(plan);
    if (chdir(plan.request.workFolder) != 0)
        giveUp(plan, RunStep::WorkFolder);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    if (strchr(plan.request.arguments[0], '/'))
        execute(plan.request.arguments[0], plan);
    else
        executeByName(plan);
    giveUp(plan, RunStep::Execute);
}

} // namespace

const char *callOf(RunStep step)
{
    switch (step) {
    case RunStep::OpenOutput:
        return "dup2";
    case RunStep::EnterCgroup:
        return "enter";
    case RunStep::Fork:
        return "fork";
    case RunStep::SetLimits:
        return "set";
    case RunStep::DropUser:
        return "become";
    case RunStep::WorkFolder:
        return "chdir";
    case RunStep::Execute:
        return "execve";
    default:
        return "start";
    }
}

const char *objectOf(RunStep step, const Request &request)
{
    switch (step) {
    case RunStep::OpenOutput:
        return "the output files";
    case RunStep::EnterCgroup:
        return "the cgroup";
    case RunStep::SetLimits:
        return "nice, oom_score_adj or the limit of core files";
    case RunStep::DropUser:
        return "the task's user";
    case RunStep::WorkFolder:
        return request.workFolder;
    case RunStep::Execute:
        return request.arguments[0];
    default:
        return "the task's process";
    }
}

namespace {

/// Into the leaf of version 2 where there is one and the kernel can (5.7): born there.
pid_t forkLeader(TaskCgroup &cgroup)
{
    if (cgroup.birthFolder() >= 0) {
        clone_args how = {};
        how.flags = CLONE_INTO_CGROUP;
        how.exit_signal = SIGCHLD;
        how.cgroup = uint64_t(cgroup.birthFolder());
        const auto pid = pid_t(syscall(SYS_clone3, &how, sizeof how));
        if (pid >= 0 || (errno != ENOSYS && errno != E2BIG && errno != EINVAL))
            return pid;
        cgroup.enterByFile();
    }
    return pid_t(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0));
}

} // namespace

Leader startLeader(const Request &request, TaskCgroup &cgroup, int out, int err, int header)
{
    const uint64_t before = clockNs(CLOCK_BOOTTIME);
    const pid_t pid = forkLeader(cgroup);
    if (pid == 0) {
        Plan plan{.request = request,
                  .entries = nullptr,
                  .entryCount = 0,
                  .out = out,
                  .err = err,
                  .header = header};
        plan.entries = cgroup.entryFiles(plan.entryCount);
        becomeTask(plan);
    }
    if (pid < 0)
        return {};
    setpgid(pid,
            pid); // by both, as either may be first: whoever is told of it may signal the group
    return {.pid = pid, .start = startTicks(pid, before, clockNs(CLOCK_BOOTTIME))};
}

} // namespace Drover
