#include "backend/store/database.h"
#include "backend/store/events.h"
#include "backend/store/queries.h"
#include "backend/store/store.h"
#include "tests/support/fakeclock.h"
#include "tests/support/testdatabase.h"
#include "tests/support/verify.h"

using namespace Drover;
using namespace std::chrono_literals;

class TestEvents : public QObject
{
    Q_OBJECT

    TestDatabases m_databases;

    // A store with its events, and how they are read.
    struct World
    {
        MemoryFolder folder;
        FakeClock clock;
        StoreSettings settings;
        Store store;
        Ledger ledger {store};
        Events events {store, ledger, clock};

        explicit World(const QString &postgres)
            : settings {.dataDirectory = folder.path(), .postgres = postgres}, store(settings)
        {
            const Result<void> opened = store.open();
            const Result<Snapshot> loaded = opened ? store.load() : opened.error();
            if (!loaded)
                qFatal("%s", qPrintable(printed(loaded.error())));
            ledger.restore(*loaded);
        }

        void add(const QString &kind, const QString &object, const QString &project = "main",
                 EventSeverity severity = EventSeverity::Info)
        {
            events.add({.severity = severity, .source = "machine", .kind = kind, .object = object,
                        .project = project, .text = object + " is " + kind});
        }

        QStringList texts(const ListEvents &request = {}, const QStringList &projects = {})
        {
            std::ignore = store.flush();
            const auto db = Database::connect(settings, DatabaseAccess::Read);
            const Result<EventPage> page = listEvents(**db, request, {.projects = projects});
            if (!page)
                return {printed(page.error())};
            QStringList texts;
            for (const Event &event : page->events)
                texts.append(event.text);
            return texts;
        }
    };

private slots:
    void initTestCase() { START_DATABASES(m_databases); }

    void theNewestComeFirstAndOnlyOfProjectsOneMaySee()
    {
        World world(m_databases.next());
        world.add("lost", "m1", "main", EventSeverity::Error);
        world.add("back", "m1", "lab");
        world.add("joined", "m2", "*");
        world.add("started", "d", "");
        QCOMPARE(world.texts(), QStringList({"d is started", "m2 is joined", "m1 is back", "m1 is lost"}));
        QCOMPARE(world.texts({}, {"lab"}), QStringList({"m2 is joined", "m1 is back"}));
        QCOMPARE(world.texts({.after = {1}}), QStringList({"m1 is back", "m2 is joined", "d is started"}));
        QCOMPARE(world.texts({.limit = 1, .before = {3}}), QStringList({"m1 is back"}));
    }

    void filtersAreThoseOfTheOneGrammar()
    {
        World world(m_databases.next());
        world.add("lost", "m1", "main", EventSeverity::Error);
        world.add("silent", "m2", "main", EventSeverity::Warning);
        world.add("back", "m1");
        QCOMPARE(world.texts({.where = "severity >= warning"}), QStringList({"m2 is silent", "m1 is lost"}));
        QCOMPARE(world.texts({.where = "severity = error or kind = back"}), QStringList({"m1 is back", "m1 is lost"}));
        QCOMPARE(world.texts({.where = "object = m1 at > 1970-01-01 source:machine"}), QStringList({"m1 is back", "m1 is lost"}));
        QCOMPARE(world.texts({.where = "SILENT"}), QStringList({"m2 is silent"}));
        QCOMPARE(world.texts({.where = "1 2"}), QStringList({"m2 is silent", "m1 is lost"}));
        QVERIFY(world.texts({.where = "severity = loud"}).first().contains("info, warning, error"));
        QVERIFY(world.texts({.where = "severty = info"}).first().contains("did you mean severity"));
    }

    void whatRepeatsIsCountedAndToldAfterAMinute()
    {
        World world(m_databases.next());
        for (int i = 0; i < 5; ++i)
            world.add("silent", "m1");
        QCOMPARE(world.texts(), QStringList({"m1 is silent"}));
        world.clock.advance(30s);
        world.events.tick();
        QCOMPARE(world.texts().size(), 1);
        world.clock.advance(31s);
        world.events.tick();
        QCOMPARE(world.texts(), QStringList({"m1 is silent (and 4 times more within a minute)", "m1 is silent"}));
        world.add("silent", "m1");
        QCOMPARE(world.texts().size(), 3);
    }

    void ofManyObjectsTwentyAreNamed()
    {
        World world(m_databases.next());
        for (int i = 1; i <= 100; ++i)
            world.add("lost", QString("m%1").arg(i));
        QCOMPARE(world.texts().size(), Events::mostObjects);
        world.clock.advance(61s);
        world.events.tick();
        QCOMPARE(world.texts().first(), "80 more of this kind within a minute; the last one: m100 is lost");
        QCOMPARE(world.texts().size(), Events::mostObjects + 1);
    }
};

QTEST_GUILESS_MAIN(TestEvents)
#include "tst_events.moc"
