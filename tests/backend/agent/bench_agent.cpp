// What a task costs on the agent's side: tasks a second of /bin/true through an agent in this
// process and the real shims, with a daemon that commits at once; beside `xargs -P2 /bin/true` of
// the same minute. usage: bench_agent [TASKS [SLOTS [AHEAD]]]

#include "tests/backend/agent/agentworld.h"

#include <chrono>
#include <sys/resource.h>

using namespace Drover;

namespace {

double secondsSince(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double runXargs(int tasks)
{
    const auto start = std::chrono::steady_clock::now();
    const QByteArray command
        = "yes x | head -" + QByteArray::number(tasks) + " | xargs -P2 -n1 /bin/true";
    if (system(command.constData()) != 0)
        qFatal("xargs");
    return tasks / secondsSince(start);
}

/// Keeps `ahead` tasks assigned, as a daemon with prefetch does.
double runAgent(AgentWorld &world, int tasks, int ahead)
{
    static int number = 0;
    Assignment task = DaemonSide::shellTask(0, {});
    task.spec.command = {"/bin/true"};
    const int first = number;
    const auto start = std::chrono::steady_clock::now();
    world.daemon.reports.clear();
    while (world.daemon.count(ReportKind::Ended) < tasks) {
        AgentAssign message;
        while (number - first < tasks && number - first - world.daemon.reports.size() < ahead) {
            task.task = TaskId{++number};
            message.assignments.append(task);
        }
        if (!message.assignments.isEmpty())
            world.daemon.notify(message);
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    }
    return tasks / secondsSince(start);
}

} // namespace

int main(int count, char **arguments)
{
    qputenv("QT_NO_GLIB", "1");
    const QCoreApplication app(count, arguments);
    const int tasks = count > 1 ? atoi(arguments[1]) : 5000;
    AgentWorld world({.firstUser = geteuid() == 0 ? 64200 : -1, .count = 1000});
    world.daemon.welcome.slotCount = count > 2 ? atoi(arguments[2]) : 2;
    world.start();
    runAgent(world, 200, 32);
    for (int round = 0; round < 3; ++round) {
        const double xargs = runXargs(tasks);
        rusage before;
        getrusage(RUSAGE_SELF, &before);
        const double agent = runAgent(world, tasks, count > 3 ? atoi(arguments[3]) : 32);
        rusage after;
        getrusage(RUSAGE_SELF, &after);
        const auto us
            = [](const timeval &time) { return double(time.tv_sec) * 1e6 + double(time.tv_usec); };
        printf("xargs %6.0f/s  agent %6.0f/s  ratio %.2f  own CPU %.0f us user, %.0f us system a "
               "task\n",
               xargs, agent, agent / xargs, (us(after.ru_utime) - us(before.ru_utime)) / tasks,
               (us(after.ru_stime) - us(before.ru_stime)) / tasks);
        fflush(stdout);
    }
    return 0;
}
