#include "app/mirror/taskwindow.h"
#include "tests/app/mirror/consolesite.h"

using namespace Drover;
using namespace std::chrono_literals;

/// Windows at a real daemon, looked at as a table looks at them.
class TestTaskWindow : public QObject
{
    Q_OBJECT

    std::unique_ptr<Site> m_site;
    std::unique_ptr<Connection> m_connection;
    std::unique_ptr<Mirror> m_mirror;

    static QString nameAt(TaskWindow &window, qint64 row)
    {
        const Task *task = window.rowAt(row);
        return task ? task->name : QString("…");
    }

    /// What is in sight: "a-00000 a-00001 …"; rows that are not here yet are asked for.
    static QString inSight(TaskWindow &window)
    {
        QStringList names;
        for (qint64 row = window.visible().first; row <= window.visible().last && row < window.rowCount(); ++row)
            names.append(nameAt(window, row));
        return names.join(' ');
    }

    void submit(int count, const QString &key, const QString &batch = "b")
    {
        std::optional<Result<Submitted>> answer;
        m_connection->submit(someTasks(count, key, batch), this, [&](const auto &submitted) { answer = submitted; });
        QTRY_VERIFY_WITH_TIMEOUT(answer.has_value(), 120'000);
        VERIFY_OK(*answer);
    }

private slots:
    void init()
    {
        m_mirror.reset();
        m_connection.reset();
        m_site = std::make_unique<Site>();
        QVERIFY(m_site->init());
        QVERIFY(m_site->startDaemon());
        m_connection = std::make_unique<Connection>("tst 1", quickSettings());
        m_mirror = std::make_unique<Mirror>(*m_connection);
        m_connection->open(targetOf(*m_site));
        QTRY_VERIFY(m_connection->isReady());
    }

    void pagesComeAsTheyAreLookedAt()
    {
        submit(1000, "a");
        TaskWindow window(*m_mirror);
        window.setVisible({0, 2});
        window.setQuery("state = queued", "name");
        QCOMPARE(window.state(), TaskWindow::State::Opening);
        QTRY_COMPARE(window.state(), TaskWindow::State::Ready);
        QCOMPARE(inSight(window), "a-00000 a-00001 a-00002");
        QTRY_VERIFY(window.isCounted());
        QCOMPARE(window.rowCount(), 1000);
        window.setVisible({600, 601});
        QSignalSpy changed(&window, &TaskWindow::rowsChanged);
        QCOMPARE(inSight(window), "… …");
        QTRY_COMPARE(inSight(window), "a-00600 a-00601");
        QTRY_COMPARE(changed.size(), 1);
        QCOMPARE(changed.first().first().value<QList<RowRange>>(), QList<RowRange>({{600, 601}}));
    }

    void rowsStayWhereTheyAreUntilARefresh()
    {
        submit(600, "b");
        TaskWindow window(*m_mirror);
        window.setVisible({300, 302});
        window.setQuery("state = queued", "name");
        QTRY_VERIFY(window.isCounted());
        QTRY_COMPARE(inSight(window), "b-00300 b-00301 b-00302");
        const TaskId cancelled = window.rowAt(300)->id;
        VERIFY_OK(m_site->ask(CancelTasks{.tasks = {.ids = {cancelled}}}));
        QTRY_COMPARE(window.rowAt(300)->state, TaskState::Cancelled); // in its place
        QTRY_COMPARE(window.wouldMove(), 1);
        submit(5, "a"); // above what is seen
        QTRY_COMPARE(window.wouldMove(), 6);
        QCOMPARE(inSight(window), "b-00300 b-00301 b-00302");
        QSignalSpy reset(&window, &TaskWindow::reset);
        window.refresh();
        QVERIFY(window.isRenewing());
        QCOMPARE(inSight(window), "b-00300 b-00301 b-00302"); // still
        QTRY_COMPARE(reset.size(), 1);
        QVERIFY(!window.hasNews());
        const qint64 top = reset.first().first().toLongLong();
        window.setVisible({top, top + 2});
        QCOMPARE(inSight(window), "b-00299 b-00301 b-00302"); // 300 has gone; 301 stands where it stood
        QCOMPARE(window.rowCount(), 604);
    }

    void whoLooksAtTheTopSeesWhatIsNew()
    {
        submit(10, "a");
        TaskWindow window(*m_mirror);
        window.setVisible({0, 1});
        window.setQuery({}, "-id");
        QTRY_COMPARE(inSight(window), "a-00009 a-00008");
        submit(1, "b");
        QTRY_VERIFY(window.hasNews());
        window.refresh();
        QTRY_COMPARE(inSight(window), "b-00000 a-00009");
    }

    void aFilterThatIsWrongSaysSoAndLeavesWhatWasThere()
    {
        submit(3, "a");
        TaskWindow window(*m_mirror);
        window.setVisible({0, 2});
        window.setQuery({}, "id");
        QTRY_COMPARE(window.rowCount(), 3);
        window.setQuery("colour = red", "id");
        QTRY_COMPARE(window.state(), TaskWindow::State::Failed);
        QCOMPARE(window.error().code, ErrorCode::Invalid);
        QCOMPARE(window.rowCount(), 3);
        window.setQuery("name = a-00001", "id");
        QTRY_COMPARE(window.state(), TaskWindow::State::Ready);
        QCOMPARE(inSight(window), "a-00001");
        window.setQuery("name = nobody", "id");
        QTRY_COMPARE(window.rowCount(), 0);
    }

    void afterTheDaemonsDeathTheSameRowsAreInSight()
    {
        submit(2000, "b");
        TaskWindow window(*m_mirror);
        window.setVisible({1500, 1502});
        window.setQuery({}, "name");
        QTRY_VERIFY(window.isCounted());
        QTRY_COMPARE(inSight(window), "b-01500 b-01501 b-01502");
        QSignalSpy reset(&window, &TaskWindow::reset);
        m_site->killDaemon();
        QTRY_COMPARE(window.state(), TaskWindow::State::Away);
        QCOMPARE(inSight(window), "b-01500 b-01501 b-01502"); // as of then
        QVERIFY(m_site->startDaemon());
        VERIFY_OK(m_site->ask(someTasks(500, "a")));
        QTRY_COMPARE_WITH_TIMEOUT(window.state(), TaskWindow::State::Ready, 30'000);
        const qint64 top = reset.last().first().toLongLong();
        window.setVisible({top, top + 2});
        QTRY_COMPARE(inSight(window), "b-01500 b-01501 b-01502");
    }

    void aHundredThousandRowsAreThereAtOnce()
    {
        submit(100'000, "a");
        TaskWindow window(*m_mirror);
        window.setVisible({0, 39});
        QElapsedTimer timer;
        timer.start();
        window.setQuery({}, "-priority");
        QTRY_COMPARE_WITH_TIMEOUT(window.state(), TaskWindow::State::Ready, 30'000);
        qInfo("first rows after %lld ms", timer.elapsed());
        QTRY_COMPARE_WITH_TIMEOUT(window.rowCount(), 100'000, 30'000);
        qInfo("counted after %lld ms", timer.elapsed());
        // As one drags the scroll bar: what was passed is not waited for.
        for (qint64 top = 0; top < 99'000; top += 977) {
            window.setVisible({top, top + 39});
            inSight(window);
            QCoreApplication::processEvents();
        }
        timer.start();
        QTRY_VERIFY(!inSight(window).contains("…"));
        qInfo("rows at the end of a drag after %lld ms", timer.elapsed());
        const Task task = *window.rowAt(window.visible().first);
        VERIFY_OK(m_site->ask(SetPriority{.tasks = {.ids = {task.id}}, .priority = 99}));
        QTRY_COMPARE(window.find(task.id)->priority, 99);
        std::optional<qint64> place;
        window.locate(TaskId{1}, this, [&](qint64 row) { place = row; });
        QTRY_VERIFY(place.has_value());
        QVERIFY(*place >= 0);
    }

    void aWindowThatMadeWayIsOpenedAgain()
    {
        submit(1000, "a");
        TaskWindow window(*m_mirror);
        window.setVisible({0, 1});
        window.setQuery({}, "name");
        QTRY_VERIFY(window.isCounted());
        // As the daemon does when there are too many.
        for (qint64 id = 1; id < 10; ++id) {
            bool done = false;
            m_connection->send(CloseWindow{.window = id}, this, [&](const auto &) { done = true; });
            QTRY_VERIFY(done);
        }
        window.setVisible({900, 901});
        QCOMPARE(inSight(window), "… …");
        QTRY_COMPARE(inSight(window), "a-00900 a-00901");
    }
};

QTEST_GUILESS_MAIN(TestTaskWindow)
#include "tst_taskwindow.moc"
