// Much in the queue: memory of the daemon, its start, and its lists while it works at half rate.
// usage: bench_scale [--tasks N] [--rate N] [--list-seconds N] [--json FILE]
#include "backend/protocol/feedrequests.h"
#include "backend/protocol/sessionrequests.h"
#include "backend/protocol/taskrequests.h"
#include "tests/bench/benchclient.h"
#include "tests/bench/figures.h"
#include "tests/bench/wirefleet.h"
#include "tests/system/site.h"

#include <QtCore/QCommandLineParser>
#include <QtCore/QCoreApplication>

using namespace Drover;

namespace {

constexpr int tasksInBatch = 10'000;

qint64 residentMegabytes(qint64 pid)
{
    QFile status(QString("/proc/%1/status").arg(pid));
    if (!status.open(QIODevice::ReadOnly))
        return 0;
    for (const QByteArray &line : status.readAll().split('\n')) {
        if (line.startsWith("VmRSS:"))
            return line.mid(6).trimmed().split(' ').first().toLongLong() / 1024;
    }
    return 0;
}

// Share of one core over that time.
double cpuShare(qint64 pid, int seconds)
{
    const auto ticks = [pid] {
        QFile stat(QString("/proc/%1/stat").arg(pid));
        if (!stat.open(QIODevice::ReadOnly))
            return 0LL;
        const QByteArray all = stat.readAll();
        const QList<QByteArray> fields = all.mid(all.lastIndexOf(')') + 2).split(' ');
        return fields.value(11).toLongLong() + fields.value(12).toLongLong();
    };
    const qint64 before = ticks();
    QThread::sleep(seconds);
    return double(ticks() - before) / (100.0 * seconds);
}

struct ListFigure
{
    const char *name;
    const char *limit;
    QList<double> milliseconds;
};

template<RequestType R>
void measure(BenchClient &client, ListFigure &figure, const R &request)
{
    QElapsedTimer timer;
    timer.start();
    client.ask(request);
    figure.milliseconds.append(double(timer.nsecsElapsed()) / 1e6);
}

// Each once a turn, while tasks come and go.
QList<ListFigure> measureLists(BenchClient &client, int tasks, int seconds)
{
    QList<ListFigure> figures {{"first page by id", "50", {}}, {"first page by ended", "50", {}},
                               {"first page of a batch", "50", {}}, {"first page by priority", "400", {}},
                               {"another page", "20", {}}, {"count of a batch", "100", {}}, {"count of a filter", "300", {}}};
    const int pages = std::max(1, tasks / 256);
    QElapsedTimer timer;
    timer.start();
    for (int turn = 0; timer.elapsed() < seconds * 1000LL; ++turn) {
        measure(client, figures[0], ListTasks {});
        measure(client, figures[1], ListTasks {.where = {}, .order = "-ended"});
        measure(client, figures[2], ListTasks {.where = QString("batch = fill-%1").arg(turn % 10), .order = "-id"});
        measure(client, figures[3], ListTasks {.where = {}, .order = "-priority"});
        const WindowRows window = client.ask(OpenWindow {});
        while (!client.tryToAsk(GetWindowPage {.window = window.window, .page = 1})) { } // its vector is being built
        for (int page = 1; page < 4 && window.window; ++page)
            measure(client, figures[4], GetWindowPage {.window = window.window, .page = (page * 977 + turn * 31) % pages});
        client.ask(CloseWindow {.window = window.window});
        measure(client, figures[5], CountTasks {QString("batch = fill-%1").arg(turn % 10)});
        measure(client, figures[6], CountTasks {"name ~ tr.e and priority < 60"});
    }
    return figures;
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addOption({"tasks", "tasks in the queue", "n", "1000000"});
    parser.addOption({"rate", "tasks a second meanwhile: half of what bench_queue says of W2", "n", "5000"});
    parser.addOption({"list-seconds", "how long the lists are asked for", "n", "30"});
    parser.addOption({"json", "file for the figures", "file"});
    parser.process(application);
    const int tasks = parser.value("tasks").toInt();

    Site site;
    if (!site.init() || !site.startDaemon())
        qFatal("the daemon does not start; its log is in %s", qPrintable(site.path("")));
    const qint64 empty = residentMegabytes(site.daemonPid());
    const double idle = cpuShare(site.daemonPid(), 10);
    {
        BenchClient client(site);
        client.ask(HoldEverything {.held = true});
        for (int sent = 0; sent < tasks; sent += tasksInBatch)
            client.submit(tasksInBatch, QString("fill-%1").arg(sent / tasksInBatch), TaskSpec {.command = {"/bin/true", "some", "arguments"}});
    }
    const qint64 filled = residentMegabytes(site.daemonPid());
    const int rate = std::max(1, parser.value("rate").toInt());
    WireFleet fleet(site, 8, 64, std::chrono::milliseconds(8 * 64 * 1000 / rate));
    BenchClient(site).ask(HoldEverything {.held = false}); // nobody is connected: nothing starts
    fleet.start();
    site.stopDaemon();

    QElapsedTimer timer;
    timer.start();
    if (!site.startDaemon())
        qFatal("the daemon does not start again");
    const double ready = double(timer.elapsed()) / 1000;
    BenchClient client(site);
    while (client.ask(ListTasks {.where = "state = succeeded", .order = "-id", .limit = 1}).tasks.isEmpty()) { }
    const double dispatched = double(timer.elapsed()) / 1000;
    const qint64 restarted = residentMegabytes(site.daemonPid());
    std::printf("%d queued: daemon empty %lld MB, filled %lld MB, restarted %lld MB (must 150 MB at 100,000, 500 MB at 1,000,000)\n"
                "after a restart: ready %.2f s, first task ended %.2f s (must 1 s at 100,000, 5 s at 1,000,000)\n"
                "idle, empty: %.2f %% of a core (must 0.5)\n",
                tasks, empty, filled, restarted, ready, dispatched, idle * 100);
    std::fflush(stdout);

    QJsonObject json {{"tasks", tasks}, {"emptyMB", empty}, {"filledMB", filled}, {"restartedMB", restarted},
                      {"readySeconds", ready}, {"dispatchedSeconds", dispatched}, {"idleShare", idle}};
    for (const ListFigure &figure : measureLists(client, tasks, parser.value("list-seconds").toInt())) {
        std::printf("%-24s p50 %7.1f ms, p99 %7.1f ms (must %s), %lld times\n", figure.name, percentile(figure.milliseconds, 0.5),
                    percentile(figure.milliseconds, 0.99), figure.limit, qint64(figure.milliseconds.size()));
        json.insert(QString(figure.name), percentile(figure.milliseconds, 0.99));
    }
    writeFigures(parser.value("json"), json);
    return 0;
}
