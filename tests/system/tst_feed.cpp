#include "app/client/client.h"
#include "backend/protocol/eventrequests.h"
#include "backend/protocol/feedrequests.h"
#include "backend/protocol/sessionrequests.h"
#include "tests/support/verify.h"
#include "tests/system/site.h"

using namespace Drover;
using namespace std::chrono_literals;

namespace {

ClientTarget targetOf(const Site &site)
{
    QFile authority(site.path("data/tls/authority.pem"));
    if (!authority.open(QIODevice::ReadOnly))
        qFatal("no authority at %s", qPrintable(authority.fileName()));
    const QByteArray pem = authority.readAll();
    const qsizetype begin = pem.indexOf("-----BEGIN CERTIFICATE");
    ClientTarget target;
    target.link.addresses
        = {ServerAddress::parse(QString("127.0.0.1:%1").arg(site.port())).value()};
    target.link.authorities
        = Certificate::listFromPem(pem.sliced(std::max<qsizetype>(0, begin))).value();
    target.token = site.token();
    return target;
}

/// A reader at the other end: what it was told, in order.
class Reader : public QObject
{
public:
    explicit Reader(Site &site) : client("tst_feed 1")
    {
        connect(&client.link(), &Link::notified, this,
                [this](const QString &method, const QByteArray &params) {
                    if (method == QLatin1StringView(FeedChanges::method))
                        changes.append(decode<FeedChanges>(params).value());
                    else if (method == QLatin1StringView(FeedGauges::method))
                        gauges.append(decode<FeedGauges>(params).value());
                    else if (method == QLatin1StringView(WindowChanged::method))
                        windows.append(decode<WindowChanged>(params).value());
                    else if (method == QLatin1StringView(FeedEvents::method))
                        events += decode<FeedEvents>(params).value().events;
                });
        client.open(targetOf(site));
    }

    template <typename Request> Result<typename Request::Reply> call(const Request &request)
    {
        std::optional<Result<typename Request::Reply>> answer;
        client.send(request, this, [&](const auto &reply) { answer = reply; });
        if (!QTest::qWaitFor([&] { return answer.has_value(); }, 30'000))
            return fail(ErrorCode::TimedOut, "no answer in the test's time");
        return *answer;
    }

    Client client;
    QList<FeedChanges> changes;
    QList<FeedGauges> gauges;
    QList<WindowChanged> windows;
    QList<Event> events;
};

} // namespace

/// What moves, at a real daemon, over a WebSocket.
class TestFeed : public QObject
{
    Q_OBJECT

    static Submit tasks(int count, const QString &key)
    {
        Submit submit{.key = key, .batch = "b"};
        for (int i = 0; i < count; ++i) {
            TaskSpec spec;
            spec.name = QString("%1-%2").arg(key).arg(i, 5, 10, QChar('0'));
            spec.command = {"true"};
            submit.tasks.append(spec);
        }
        return submit;
    }

private slots:
    void changesComeAfterASnapshotAndResumeFromAPosition()
    {
        Site site;
        QVERIFY(site.init());
        QVERIFY(site.startDaemon());
        Reader reader(site);
        const auto start = reader.call(SubscribeFeed{});
        VERIFY_OK(start);
        QVERIFY(start->changes.snapshot);
        QVERIFY(start->changes.batches.isEmpty());
        VERIFY_OK(site.ask(tasks(10, "a")));
        const auto batch = [&] {
            return reader.changes.isEmpty() || reader.changes.last().batches.isEmpty()
                ? Batch()
                : reader.changes.last().batches.last();
        };
        QTRY_COMPARE(batch().counts.total(), 10);
        const QString position = reader.changes.last().position;
        QVERIFY(site.addAgent(1));
        QTRY_VERIFY_WITH_TIMEOUT(batch().counts[TaskState::Succeeded] == 10 && isSet(batch().ended),
                                 20'000);
        QTRY_VERIFY(!reader.gauges.isEmpty()
                    && reader.gauges.last().machines.last().state == MachineState::Online);

        Reader late(site);
        const auto resumed = late.call(SubscribeFeed{.position = position});
        VERIFY_OK(resumed);
        QVERIFY(!resumed->changes.snapshot);
        QCOMPARE(resumed->changes.batches.size(), 1); // what is newer, and nothing else
        QCOMPARE(resumed->changes.machines.size(), 1);
        const auto other = late.call(SubscribeFeed{.position = "1:2:3"});
        VERIFY_OK(other);
        QVERIFY(other->changes.snapshot); // of another store
    }

    void whatHappenedIsToldAtOnceAndKept()
    {
        Site site;
        QVERIFY(site.init());
        QVERIFY(site.startDaemon());
        Reader reader(site);
        VERIFY_OK(reader.call(SubscribeFeed{}));
        const auto told = [&](const QString &source, const QString &kind) {
            return std::ranges::count_if(reader.events, [&](const Event &event) {
                return event.source == source && event.kind == kind;
            });
        };
        QVERIFY(site.addAgent(1));
        QTRY_COMPARE_WITH_TIMEOUT(told("machine", "joined"), 1, 20'000);
        Submit submit = tasks(2, "a");
        submit.tasks[1].command = {"false"};
        VERIFY_OK(site.ask(submit));
        QTRY_COMPARE_WITH_TIMEOUT(told("batch", "failed"), 1, 20'000);
        const QString token = site.token();
        site.setToken({});
        for (int i = 0; i < 3; ++i)
            VERIFY_FAILS(site.ask(RedeemInvitation{.secret = "guess"}), ErrorCode::NotPermitted);
        site.setToken(token);
        QTRY_COMPARE_WITH_TIMEOUT(told("user", "refused"), 1, 20'000); // the others are counted

        const auto bad = site.ask(ListEvents{.where = "severity >= warning"});
        VERIFY_OK(bad);
        QCOMPARE(bad->events.size(), 2);
        QCOMPARE(bad->events[1].text, "batch \"b\" failed: 1 of 2 tasks did");
        QCOMPARE(bad->events[1].project, "main");
        QCOMPARE(site.stopDaemon(), 0);
        QVERIFY(site.startDaemon());
        const auto started = site.ask(ListEvents{.where = "source = daemon kind = started"});
        VERIFY_OK(started);
        QCOMPARE(started->events.size(), 2);
        VERIFY_FAILS(site.ask(ListEvents{.where = "colour = red"}), ErrorCode::Invalid);
    }

    void aWindowKeepsItsPlacesAndSaysWhatWouldMove()
    {
        Site site;
        QVERIFY(site.init());
        QVERIFY(site.startDaemon());
        const auto submitted = site.ask(tasks(1000, "a"));
        VERIFY_OK(submitted);
        Reader reader(site);
        const auto window = reader.call(OpenWindow{.where = "state = queued", .order = "name"});
        VERIFY_OK(window);
        QCOMPARE(window->rows.size(), 256);
        QCOMPARE(window->rows.first().name, "a-00000");
        QTRY_VERIFY(!reader.windows.isEmpty());
        QCOMPARE(reader.windows.last().count, 1000);
        const auto page = reader.call(GetWindowPage{.window = window->window, .page = 3});
        VERIFY_OK(page);
        QCOMPARE(page->rows.size(), 1000 - 3 * 256);
        QCOMPARE(page->first, 768);

        // A row on a page that is seen comes whole; it stays in its place.
        VERIFY_OK(site.ask(SetPriority{.tasks = {.ids = {page->rows[1].id}}, .priority = 77}));
        QTRY_VERIFY(!reader.windows.last().rows.isEmpty());
        QCOMPARE(reader.windows.last().rows.first().priority, 77);
        QCOMPARE(reader.windows.last().wouldMove, 0);
        // One that no page shows is not sent; that it goes is counted.
        VERIFY_OK(site.ask(CancelTasks{.tasks = {.ids = {submitted->tasks[500]}}}));
        QTRY_COMPARE(reader.windows.last().wouldMove, 1);
        QVERIFY(reader.windows.last().rows.isEmpty());
        VERIFY_OK(site.ask(tasks(3, "0")));
        QTRY_COMPARE(reader.windows.last().wouldMove, 4); // three would come
        VERIFY_OK(site.ask(tasks(1000, "z")));
        QTRY_VERIFY(reader.windows.last().orderChanged);

        const auto fresh = reader.call(RefreshWindow{.window = window->window});
        VERIFY_OK(fresh);
        QCOMPARE(fresh->rows.first().name, "0-00000");
        QTRY_COMPARE(reader.windows.last().count, 2002);
        VERIFY_OK(reader.call(CloseWindow{.window = window->window}));
        VERIFY_FAILS(reader.call(GetWindowPage{.window = window->window, .page = 0}),
                     ErrorCode::WindowGone);
        VERIFY_FAILS(reader.call(OpenWindow{.where = "state = = queued"}), ErrorCode::Invalid);
        VERIFY_FAILS(site.ask(OpenWindow{}), ErrorCode::Invalid); // POST has no way back
    }
};

QTEST_GUILESS_MAIN(TestFeed)
#include "tst_feed.moc"
