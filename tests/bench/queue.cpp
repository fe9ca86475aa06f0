// W2: the daemon alone, agents simulated over the real wire, beside beanstalkd that syncs each write.
// W3: submitting, acknowledged durable, in bulk and one by one, beside graphile-worker on PostgreSQL.
// usage: bench_queue [--tasks N] [--rounds N] [--agents N] [--postgres CONNECTION] [--no-peers] [--json FILE]
#include "backend/protocol/sessionrequests.h"
#include "tests/bench/benchclient.h"
#include "tests/bench/figures.h"
#include "tests/bench/peers/beanstalk.h"
#include "tests/bench/peers/peers.h"
#include "tests/bench/wirefleet.h"
#include "tests/system/site.h"

#include <QtCore/QCommandLineParser>
#include <QtCore/QCoreApplication>

using namespace Drover;

namespace {

constexpr int inFlight = 16; // of those that are submitted one by one, here and at the peer

struct Figures
{
    QList<double> consume;
    QList<double> beanstalk;
    QList<double> bulk;
    QList<double> graphileBulk;
    QList<double> single;
    QList<double> graphileSingle;
};

const TaskSpec shortTask {.command = {"/bin/true"}};

Submit oneTask(int)
{
    Submit request;
    request.batch = "single";
    request.tasks = {shortTask};
    return request;
}

// What was handed in while nothing may start, then all of it through the agents.
void droverRound(BenchClient &client, int tasks, int round, Figures &figures)
{
    client.ask(HoldEverything {.held = true});
    QElapsedTimer timer;
    timer.start();
    const BatchId batch = client.submit(tasks, QString("w2-%1").arg(round), shortTask);
    figures.bulk.append(rateSince(timer, tasks));

    timer.restart();
    client.ask(HoldEverything {.held = false});
    client.awaitSuccess(batch, tasks);
    figures.consume.append(rateSince(timer, tasks));

    client.ask(HoldEverything {.held = true}); // submitting alone is measured
    timer.restart();
    client.askMany<Submit>(tasks / 10, inFlight, oneTask);
    figures.single.append(rateSince(timer, tasks / 10));
    client.ask(HoldEverything {.held = false});
}

void peerRound(Beanstalkd *beanstalk, int tasks, Figures &figures)
{
    if (beanstalk)
        figures.beanstalk.append(beanstalk->consumeRate(tasks / 4, 4));
    figures.graphileBulk.append(peerFigures("graphile.sh", {"bulk", QString::number(tasks)})["rate"].toDouble());
    figures.graphileSingle.append(
        peerFigures("graphile.sh", {"single", QString::number(tasks / 10), QString::number(inFlight)})["rate"].toDouble());
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addOption({"tasks", "tasks a round", "n", "40000"});
    parser.addOption({"rounds", "rounds, interleaved", "n", "3"});
    parser.addOption({"agents", "agents, of 64 slots each", "n", "8"});
    parser.addOption({"postgres", "the daemon on that database", "connection"});
    parser.addOption({"no-peers", "drover alone"});
    parser.addOption({"json", "file for the figures", "file"});
    parser.process(application);
    const int tasks = parser.value("tasks").toInt();

    Site site;
    if (parser.isSet("postgres"))
        site.setDaemonOptions({"--postgres", parser.value("postgres")});
    if (!site.init() || !site.startDaemon())
        qFatal("the daemon does not start; its log is in %s", qPrintable(site.path("")));
    WireFleet fleet(site, parser.value("agents").toInt(), 64);
    fleet.start();
    std::optional<Beanstalkd> beanstalk;
    if (!parser.isSet("no-peers")) {
        beanstalk.emplace();
        if (const QString why = beanstalk->start(); !why.isEmpty()) {
            std::fprintf(stderr, "no beanstalkd beside it: %s\n", qPrintable(why));
            beanstalk.reset();
        }
    }
    Figures figures;
    for (int round = 0; round < parser.value("rounds").toInt(); ++round) {
        if (!parser.isSet("no-peers"))
            peerRound(beanstalk ? &*beanstalk : nullptr, tasks, figures);
        BenchClient client(site); // a new one: nobody answered for the last while the others were measured
        droverRound(client, tasks, round, figures);
        std::printf("round %d: W2 %.0f/s, submitted in bulk %.0f/s, one by one %.0f/s\n", round,
                    figures.consume.last(), figures.bulk.last(), figures.single.last());
        std::fflush(stdout);
    }
    std::printf("\nW2 assigned, started, ended, committed    drover %8.0f/s  beanstalkd -f 0 %8.0f/s  ratio %.2f (must 2.5, stretch 5)\n"
                "W3 submitted in bulk                       drover %8.0f/s  graphile-worker %8.0f/s  ratio %.2f (must 1.2, stretch 2)\n"
                "W3 one by one, %d under way                drover %8.0f/s  graphile-worker %8.0f/s  ratio %.2f (must 3, stretch 5)\n",
                median(figures.consume), median(figures.beanstalk), medianRatio(figures.consume, figures.beanstalk),
                median(figures.bulk), median(figures.graphileBulk), medianRatio(figures.bulk, figures.graphileBulk), inFlight,
                median(figures.single), median(figures.graphileSingle), medianRatio(figures.single, figures.graphileSingle));
    writeFigures(parser.value("json"),
                 {{"tasks", tasks}, {"w2", median(figures.consume)}, {"beanstalkd", median(figures.beanstalk)},
                  {"w2ratio", medianRatio(figures.consume, figures.beanstalk)},
                  {"bulk", median(figures.bulk)}, {"graphileBulk", median(figures.graphileBulk)},
                  {"bulkRatio", medianRatio(figures.bulk, figures.graphileBulk)},
                  {"single", median(figures.single)}, {"graphileSingle", median(figures.graphileSingle)},
                  {"singleRatio", medianRatio(figures.single, figures.graphileSingle)}});
    return 0;
}
