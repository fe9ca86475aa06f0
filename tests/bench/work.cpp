// W1: many short tasks through the whole of it, beside `xargs -P2`, a bare spawn loop and celery.
// W4: from submitting one task to its process, on an idle worker, beside graphile-worker.
// usage: bench_work [--tasks N] [--rounds N] [--peers] [--json FILE]
#include "backend/base/clock.h"
#include "backend/protocol/taskrequests.h"
#include "tests/bench/benchclient.h"
#include "tests/bench/figures.h"
#include "tests/bench/peers/peers.h"
#include "tests/system/site.h"

#include <QtCore/QCommandLineParser>
#include <QtCore/QCoreApplication>

#include <spawn.h>
#include <sys/wait.h>

using namespace Drover;
using namespace std::chrono_literals;

extern char **environ;

namespace {

double xargsRate(int tasks)
{
    QElapsedTimer timer;
    timer.start();
    QProcess xargs;
    xargs.start("xargs", {"-P2", "-n1", "/bin/true"});
    xargs.waitForStarted();
    for (int i = 0; i < tasks; ++i)
        xargs.write(QByteArray::number(i) + '\n');
    xargs.closeWriteChannel();
    xargs.waitForFinished(-1);
    return rateSince(timer, tasks);
}

// The limit: nothing but spawns and waits, two at a time.
double spawnRate(int tasks)
{
    QElapsedTimer timer;
    timer.start();
    char name[] = "/bin/true";
    char *arguments[] = {name, nullptr};
    int running = 0;
    for (int i = 0; i < tasks || running > 0;) {
        if (i < tasks && running < 2) {
            pid_t pid = 0;
            if (posix_spawn(&pid, name, nullptr, nullptr, arguments, environ) == 0)
                ++running;
            ++i;
        } else {
            wait(nullptr);
            --running;
        }
    }
    return rateSince(timer, tasks);
}

double droverRate(BenchClient &client, int tasks, const QString &batch)
{
    QElapsedTimer timer;
    timer.start();
    client.awaitSuccess(client.submit(tasks, batch, TaskSpec {.command = {"/bin/true"}}), tasks);
    return rateSince(timer, tasks);
}

QList<double> startLatencies(BenchClient &client, int count)
{
    QList<double> milliseconds;
    for (int i = 0; i < count; ++i) {
        Submit submit;
        submit.batch = "latency";
        submit.tasks = {TaskSpec {.command = {"/bin/true"}}};
        const Instant sent = SystemClock().now();
        const TaskId id = client.ask(submit).tasks.first();
        client.ask(AwaitTasks {.ids = {id}, .wait = 10s});
        const Task task = client.ask(GetTask {id}).task;
        milliseconds.append(double((task.started - sent).count()) / 1000);
    }
    return milliseconds;
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addOption({"tasks", "tasks a round", "n", "10000"});
    parser.addOption({"rounds", "rounds, interleaved", "n", "3"});
    parser.addOption({"peers", "celery and graphile-worker as well"});
    parser.addOption({"json", "file for the figures", "file"});
    parser.process(application);
    const int tasks = parser.value("tasks").toInt();
    const bool peers = parser.isSet("peers");

    Site site;
    if (!site.init() || !site.startDaemon() || !site.addAgent(2))
        qFatal("the programs do not start; their logs are in %s", qPrintable(site.path("")));
    QList<double> xargs;
    QList<double> spawn;
    QList<double> drover;
    QList<double> celery;
    for (int round = 0; round < parser.value("rounds").toInt(); ++round) {
        xargs.append(xargsRate(tasks));
        spawn.append(spawnRate(tasks));
        if (peers)
            celery.append(peerFigures("celery.sh", {QString::number(tasks / 4)})["rate"].toDouble());
        BenchClient client(site); // a new one: nobody answered for the last while the others were measured
        drover.append(droverRate(client, tasks, QString("w1-%1").arg(round)));
        std::printf("round %d: xargs %.0f/s, bare spawn %.0f/s, celery %.0f/s, drover %.0f/s\n", round, xargs.last(),
                    spawn.last(), celery.isEmpty() ? 0 : celery.last(), drover.last());
        std::fflush(stdout);
    }
    BenchClient client(site);
    const QList<double> latencies = startLatencies(client, 300);
    const QJsonObject graphile = peers ? peerFigures("graphile.sh", {"latency", "300"}) : QJsonObject();
    std::printf("\nW1 %d x /bin/true, 2 slots        median/s\n"
                "  xargs -P2                     %8.0f\n"
                "  bare posix_spawn, 2 at a time %8.0f\n"
                "  celery, redis AOF always      %8.0f\n"
                "  drover                        %8.0f   %.2f of xargs (must 0.45, stretch 0.60), %.1f of celery (must 1.5)\n"
                "W4 submit to process start, idle: p50 %.2f ms, p99 %.2f ms; graphile-worker p50 %.2f ms, p99 %.2f ms\n",
                tasks, median(xargs), median(spawn), median(celery), median(drover), medianRatio(drover, xargs),
                medianRatio(drover, celery), percentile(latencies, 0.5), percentile(latencies, 0.99),
                graphile["p50"].toDouble(), graphile["p99"].toDouble());
    writeFigures(parser.value("json"),
                 {{"tasks", tasks}, {"xargs", median(xargs)}, {"spawn", median(spawn)}, {"celery", median(celery)},
                  {"drover", median(drover)}, {"ofXargs", medianRatio(drover, xargs)}, {"ofCelery", medianRatio(drover, celery)},
                  {"w4p50ms", percentile(latencies, 0.5)}, {"w4p99ms", percentile(latencies, 0.99)},
                  {"graphileP50ms", graphile["p50"]}, {"graphileP99ms", graphile["p99"]}});
    return 0;
}
