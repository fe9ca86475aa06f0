// W1: many short tasks through the whole of it, beside `xargs -P2` and a bare spawn loop.
// W4: from submitting one task to its process, on an idle worker.
// usage: bench_work [--tasks N] [--rounds N] [--json FILE]
#include "backend/base/clock.h"
#include "backend/link/authorityfetch.h"
#include "backend/link/link.h"
#include "backend/protocol/sessionrequests.h"
#include "backend/protocol/submissionrequests.h"
#include "backend/protocol/taskrequests.h"
#include "backend/tls/invitationlink.h"
#include "tests/system/site.h"

#include <QtCore/QCommandLineParser>
#include <QtCore/QCoreApplication>
#include <QtCore/QElapsedTimer>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>

#include <algorithm>
#include <cstdio>
#include <spawn.h>
#include <sys/wait.h>

using namespace Drover;
using namespace std::chrono_literals;

extern char **environ;

namespace {

double median(QList<double> values)
{
    std::ranges::sort(values);
    return values.isEmpty() ? 0 : values[values.size() / 2];
}

double percentile(QList<double> values, double p)
{
    std::ranges::sort(values);
    return values.isEmpty() ? 0 : values[qsizetype(double(values.size() - 1) * p)];
}

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
    return tasks * 1e9 / double(timer.nsecsElapsed());
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
    return tasks * 1e9 / double(timer.nsecsElapsed());
}

// A client as the command line is one: one connection, requests over it.
class BenchClient
{
public:
    explicit BenchClient(Site &site)
    {
        const Result<InvitationLink> invitation = InvitationLink::parse(site.invitation());
        if (!invitation)
            qFatal("%s", qPrintable(invitation.error().message));
        QObject context;
        std::optional<Certificate> authority;
        fetchAuthority(invitation->addresses, invitation->pin, 10s, &context,
                       [&](const Result<Certificate> &found) { authority = found ? std::optional(*found) : std::nullopt; });
        if (!QTest::qWaitFor([&] { return authority.has_value(); }, 15'000))
            qFatal("the daemon's authority does not come");
        LinkTarget target;
        target.addresses = invitation->addresses;
        target.authorities = {*authority};
        m_link.open(target);
        if (!QTest::qWaitFor([&] { return m_link.state() == LinkState::Open; }, 15'000))
            qFatal("no connection: %s", qPrintable(m_link.lastError().message));
        ask(SignIn {.token = site.token()});
    }

    template<RequestType R>
    typename R::Reply ask(const R &request)
    {
        std::optional<Result<typename R::Reply>> reply;
        QEventLoop loop;
        m_link.send<R>(request, &m_link, [&](const Result<typename R::Reply> &answer) {
            reply = answer;
            loop.quit();
        });
        loop.exec();
        if (!*reply)
            qFatal("%s", qPrintable(printed(reply->error())));
        return **reply;
    }

private:
    Link m_link;
};

double droverRate(BenchClient &client, int tasks, const QString &batch)
{
    QElapsedTimer timer;
    timer.start();
    BatchId id;
    TaskSpec spec;
    spec.command = {"/bin/true"};
    for (int sent = 0; sent < tasks;) {
        Submit submit;
        submit.batch = batch;
        submit.tasks = QList<TaskSpec>(std::min(2000, tasks - sent), spec);
        sent += int(submit.tasks.size());
        id = client.ask(submit).batch;
    }
    Awaited awaited;
    do {
        awaited = client.ask(AwaitTasks {.ids = {}, .batch = id, .wait = 10s});
    } while (!awaited.ended);
    if (awaited.counts[TaskState::Succeeded] != tasks)
        qFatal("%lld of %d succeeded", awaited.counts[TaskState::Succeeded], tasks);
    return tasks * 1e9 / double(timer.nsecsElapsed());
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
    parser.addOption({"json", "file for the figures", "file"});
    parser.process(application);
    const int tasks = parser.value("tasks").toInt();

    Site site;
    if (!site.init() || !site.startDaemon() || !site.addAgent(2))
        qFatal("the programs do not start; their logs are in %s", qPrintable(site.path("")));
    QList<double> xargs;
    QList<double> spawn;
    QList<double> drover;
    QList<double> ratios;
    for (int round = 0; round < parser.value("rounds").toInt(); ++round) {
        xargs.append(xargsRate(tasks));
        spawn.append(spawnRate(tasks));
        BenchClient client(site); // a new one: nobody answered for the last while the others were measured
        drover.append(droverRate(client, tasks, QString("w1-%1").arg(round)));
        ratios.append(drover.last() / xargs.last());
        std::printf("round %d: xargs %.0f/s, bare spawn %.0f/s, drover %.0f/s\n", round, xargs.last(), spawn.last(), drover.last());
        std::fflush(stdout);
    }
    BenchClient client(site);
    const QList<double> latencies = startLatencies(client, 300);
    std::printf("\nW1 %d x /bin/true, 2 slots        median/s\n  xargs -P2                     %8.0f\n  bare posix_spawn, 2 at a time %8.0f\n"
                "  drover                        %8.0f   %.2f of xargs (must 0.45, stretch 0.60)\n"
                "W4 submit to process start, idle   p50 %.2f ms, p99 %.2f ms\n",
                tasks, median(xargs), median(spawn), median(drover), median(ratios), percentile(latencies, 0.5), percentile(latencies, 0.99));
    if (parser.isSet("json")) {
        QFile file(parser.value("json"));
        if (file.open(QIODevice::WriteOnly)) {
            file.write(QJsonDocument(QJsonObject {{"tasks", tasks}, {"xargs", median(xargs)}, {"spawn", median(spawn)},
                                                  {"drover", median(drover)}, {"ratio", median(ratios)},
                                                  {"w4p50ms", percentile(latencies, 0.5)}, {"w4p99ms", percentile(latencies, 0.99)}}).toJson());
        }
    }
    return 0;
}
