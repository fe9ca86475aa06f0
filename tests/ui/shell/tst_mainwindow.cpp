#include "testview.h"

#include "app/client/connection.h"
#include "app/mirror/mirror.h"
#include "app/profiles/consolestate.h"
#include "ui/shell/commandpalette.h"
#include "ui/shell/dockframe.h"
#include "ui/shell/filterline.h"
#include "ui/shell/mainwindow.h"
#include "ui/shell/rail.h"
#include "ui/shell/sheets.h"
#include "ui/shell/tabarea.h"
#include "ui/shell/viewwindow.h"
#include "ui/shell/watchdog.h"
#include "ui/shell/windownotices.h"
#include "ui/shell/workspace.h"
#include "ui/widgets/look.h"

#include <QtGui/QClipboard>
#include <QtTest/QtTest>

using namespace Drover;
using namespace Qt::StringLiterals;

namespace {

QList<ViewKind> kinds()
{
    return {testKind("tasks", Place::Rail, {"batch"}), testKind("machines", Place::Rail, {"machine"}),
            testKind("task", Place::Tab, {"task"}),    testKind("details", Place::RightDock, {"task"}),
            testKind("log", Place::BottomDock, {"task/log"}), testKind("submit", Place::Sheet, {"submit"}),
            testKind("preferences", Place::RailFoot)};
}

/// A window with one server that nobody connects to.
struct Desktop
{
    QTemporaryDir folder;
    Look look;
    ActionRegistry actions{look};
    Watchdog watchdog;
    Connection connection{u"test"_s};
    Mirror mirror{connection};
    std::unique_ptr<ConsoleState> state = std::make_unique<ConsoleState>(folder.path(), u"here"_s);
    std::unique_ptr<MainWindow> window;
    Workspace *workspace = nullptr;

    Desktop()
    {
        for (const ViewKind &kind : kinds())
            kind.registerActions(actions);
        show();
    }

    void show()
    {
        window = std::make_unique<MainWindow>(look, actions, kinds(), watchdog);
        workspace = window->addServer(u"here"_s, connection, mirror, *state);
        window->resize(1300, 800);
        window->show();
        window->activateWindow();
        QVERIFY(QTest::qWaitForWindowExposed(window.get()));
    }

    void run(const QString &id)
    {
        Action *action = actions.find(id);
        QVERIFY2(action, qPrintable(id));
        window->updateActions();
        action->trigger();
        QCoreApplication::processEvents();
    }

    QString why(const QString &id)
    {
        window->updateActions();
        return actions.find(id)->blockedBy();
    }

    TestView *current() const { return qobject_cast<TestView *>(workspace->currentView()); }

    QStringList tabs() const
    {
        QStringList titles;
        for (const View *view : workspace->tabs().views())
            titles.append(view->title());
        return titles;
    }
};

} // namespace

class TestMainWindow : public QObject
{
    Q_OBJECT

private slots:
    void itOpensWithTheFirstView()
    {
        Desktop desktop;
        QCOMPARE(desktop.tabs(), QStringList({"tasks"}));
        QCOMPARE(desktop.window->rail().shownIds(), QStringList({"tasks", "machines", "preferences"}));
    }

    void everyActionHasAnEndOrSaysWhyNot()
    {
        Desktop desktop;
        desktop.window->updateActions();
        for (const Action *action : desktop.actions.all()) {
            QVERIFY2(!action->text().isEmpty() && !action->spec().section.isEmpty(), qPrintable(action->id()));
            QCOMPARE(action->isEnabled(), action->blockedBy().isEmpty());
        }
    }

    void railItemsHaveOneTabEach()
    {
        Desktop desktop;
        desktop.run("window.go2");
        QCOMPARE(desktop.workspace->currentViewId(), QString("machines"));
        desktop.run("window.go1");
        desktop.run("window.go2");
        QCOMPARE(desktop.tabs(), QStringList({"tasks", "machines"}));
        QCOMPARE(desktop.why("window.go9"), QString("There are fewer views"));
    }

    void linksOpenInTheViewOfTheirKind()
    {
        Desktop desktop;
        desktop.workspace->open(linkTo(u"task"_s, 7));
        desktop.workspace->open(linkTo(u"task"_s, 8));
        desktop.workspace->open(linkTo(u"task"_s, 7)); // again: the same tab
        QCOMPARE(desktop.tabs(), QStringList({"tasks", "task 7", "task 8"}));
        QCOMPARE(desktop.current()->title(), QString("task 7"));
        desktop.workspace->open(linkTo(u"task"_s, 7), OpenIn::NewTab);
        QCOMPARE(desktop.tabs().size(), 4);
        desktop.workspace->open(linkTo(u"machine"_s, 3));
        QCOMPARE(desktop.workspace->currentViewId(), QString("machines"));
        QCOMPARE(desktop.current()->gone, linkTo(u"machine"_s, 3));
    }

    void aLinkWithAPartOpensItsDock()
    {
        Desktop desktop;
        ObjectLink log = linkTo(u"task"_s, 7);
        log.part = u"log"_s;
        desktop.workspace->open(log);
        QCOMPARE(desktop.workspace->currentObject(), log);
        for (const DockFrame *dock : desktop.workspace->docks())
            QCOMPARE(dock->isVisible(), dock->kind().id == "log");
    }

    void actionsGoToTheFocusedViewElseTheCurrentTab()
    {
        Desktop desktop;
        desktop.run("tasks.retry");
        QCOMPARE(desktop.current()->ran, QStringList({"tasks.retry"}));
        desktop.workspace->showDock(u"details"_s);
        QTRY_VERIFY(desktop.workspace->focusedView());
        QCOMPARE(desktop.workspace->idOf(desktop.workspace->focusedView()), QString("details"));
        desktop.run("details.retry");
        desktop.run("tasks.retry"); // the dock does not know it
        QCOMPARE(desktop.current()->ran.size(), 2);
    }

    void aBlockedActionSaysWhyAndDoesNothing()
    {
        Desktop desktop;
        QCOMPARE(desktop.why("tasks.kill"), QString("nothing runs"));
        desktop.run("tasks.kill");
        QCOMPARE(desktop.current()->ran, QStringList());
        QVERIFY(desktop.actions.find("tasks.kill")->toolTip().contains("nothing runs"));
        desktop.current()->blocked.clear();
        desktop.run("tasks.kill");
        QCOMPARE(desktop.current()->ran, QStringList({"tasks.kill"}));
        QCOMPARE(desktop.why("machines.retry"), QString("Not for what this view shows"));
    }

    void whatChangesIsBlockedWhileThereIsNoConnection()
    {
        Desktop desktop;
        QCOMPARE(desktop.why("server.hold"), QString("Not connected yet"));
        QCOMPARE(desktop.why("server.submit"), QString("Not connected yet"));
        QCOMPARE(desktop.why("window.palette"), QString());
    }

    void lettersActInAListAndNotWhileOneTypes()
    {
        Desktop desktop;
        desktop.current()->list->setFocus();
        QTest::keyClick(desktop.current()->list, Qt::Key_R);
        QTRY_COMPARE(desktop.current()->ran, QStringList({"tasks.retry"}));
        desktop.current()->edit->setFocus();
        QTest::keyClick(desktop.current()->edit, Qt::Key_R);
        QCoreApplication::processEvents();
        QCOMPARE(desktop.current()->ran.size(), 1);
        QCOMPARE(desktop.current()->edit->text(), QString("r"));
    }

    void whatIsTypedInTheFilterGoesToTheView()
    {
        Desktop desktop;
        desktop.run("window.filter");
        auto *edit = desktop.window->findChild<QLineEdit *>(u"filterEdit"_s);
        QVERIFY(edit->hasFocus());
        edit->setText(u"state = failed"_s);
        QTest::keyClick(edit, Qt::Key_Return);
        QCOMPARE(desktop.current()->filter(), QString("state = failed"));
        QVERIFY(desktop.current()->list->hasFocus());
        desktop.run("window.clearFilter");
        QCOMPARE(desktop.current()->filter(), QString());
    }

    void thePaletteHasActionsViewsAndIds()
    {
        Desktop desktop;
        desktop.run("window.palette");
        QVERIFY(desktop.window->palette().isOpen());
        const auto has = [&](const QString &typed, const QString &id) {
            const QList<PaletteEntry> found = desktop.window->paletteEntries(typed);
            return std::any_of(found.begin(), found.end(), [&](const PaletteEntry &entry) { return entry.id == id; });
        };
        QVERIFY(has("retry", "tasks.retry"));
        QVERIFY(has("mach", "view.machines"));
        QVERIFY(has("7 204 116", "task.7204116"));
        QVERIFY(has("#42", "task.42"));
        QVERIFY(has("nightly", "search.tasks"));
        QVERIFY(!has(">mach", "view.machines"));
        QVERIFY(has("execution", "word.execution")); // old words lead on
        desktop.window->palette().dismiss();
    }

    void shortcutsDoNothingUnderASheet()
    {
        Desktop desktop;
        desktop.run("window.shortcuts");
        QVERIFY(desktop.window->sheets().isOpen());
        desktop.run("tasks.retry");
        QCOMPARE(desktop.current()->ran, QStringList());
        QTest::keyClick(desktop.window->sheets().top(), Qt::Key_Escape);
        QVERIFY(!desktop.window->sheets().isOpen());
    }

    void f6GoesRoundThePanes()
    {
        Desktop desktop;
        desktop.current()->list->setFocus();
        desktop.run("window.nextPane"); // no dock is shown: the rail
        QVERIFY(desktop.window->rail().isAncestorOf(QApplication::focusWidget()));
        desktop.run("window.nextPane");
        QCOMPARE(QApplication::focusWidget()->objectName(), QString("filterEdit"));
        desktop.run("window.nextPane");
        QVERIFY(desktop.current()->isAncestorOf(QApplication::focusWidget()));
        desktop.run("window.previousPane");
        QCOMPARE(QApplication::focusWidget()->objectName(), QString("filterEdit"));
    }

    void escapeGoesBackOneLevel()
    {
        Desktop desktop;
        desktop.workspace->showDock(u"details"_s);
        QTRY_VERIFY(desktop.workspace->focusedView());
        QTest::keyClick(desktop.window.get(), Qt::Key_Escape); // from the dock to the tab
        QVERIFY(desktop.current()->isAncestorOf(QApplication::focusWidget()));
        desktop.current()->back = 1;
        QTest::keyClick(desktop.window.get(), Qt::Key_Escape);
        QCOMPARE(desktop.current()->back, 0);
    }

    void aTabBecomesAWindowAndComesBack()
    {
        Desktop desktop;
        QCOMPARE(desktop.why("window.tearOff"), QString("It is the only tab"));
        desktop.workspace->open(linkTo(u"task"_s, 7));
        View *view = desktop.current();
        desktop.run("window.tearOff");
        QCOMPARE(desktop.tabs(), QStringList({"tasks"}));
        auto *window = qobject_cast<ViewWindow *>(view->window());
        QVERIFY(window);
        window->close();
        QCOMPARE(desktop.tabs(), QStringList({"tasks", "task 7"}));
    }

    void tabsAreClosedButNotTheLast()
    {
        Desktop desktop;
        desktop.workspace->open(linkTo(u"task"_s, 7));
        desktop.run("window.closeTab");
        QCOMPARE(desktop.tabs(), QStringList({"tasks"}));
        QCOMPARE(desktop.why("window.closeTab"), QString("It is the only tab"));
    }

    void aSavedViewBringsBackFilterAndState()
    {
        Desktop desktop;
        desktop.current()->setFilter(u"state = failed"_s);
        desktop.current()->state = QJsonObject{{"sort", "id"}};
        desktop.workspace->saveCurrent(u"Failed today"_s);
        desktop.current()->setFilter({});
        desktop.current()->state = {};
        desktop.run("window.go2");
        desktop.workspace->openSaved(u"Failed today"_s);
        QCOMPARE(desktop.current()->filter(), QString("state = failed"));
        QCOMPARE(desktop.current()->state.value("sort").toString(), QString("id"));
        QVERIFY(desktop.window->findChild<QWidget *>(u"saved.Failed today"_s));
    }

    void tabsFiltersAndDocksSurviveARestart()
    {
        Desktop desktop;
        desktop.current()->setFilter(u"exit = 4"_s);
        desktop.workspace->open(linkTo(u"task"_s, 7));
        desktop.workspace->showDock(u"log"_s);
        desktop.window->removeServer(desktop.workspace);
        desktop.window.reset();
        desktop.state.reset(); // writes what is not written yet
        desktop.state = std::make_unique<ConsoleState>(desktop.folder.path(), u"here"_s);
        ActionRegistry actions(desktop.look);
        for (const ViewKind &kind : kinds())
            kind.registerActions(actions);
        MainWindow window(desktop.look, actions, kinds(), desktop.watchdog);
        Workspace *workspace = window.addServer(u"here"_s, desktop.connection, desktop.mirror, *desktop.state);
        window.resize(1300, 800);
        window.show();
        QCOMPARE(workspace->tabs().views().size(), 2);
        QCOMPARE(workspace->currentView()->title(), QString("task 7"));
        QCOMPARE(workspace->tabs().views().first()->filter(), QString("exit = 4"));
        for (const DockFrame *dock : workspace->docks())
            QCOMPARE(dock->isVisible(), dock->kind().id == "log");
    }

    void aSmallWindowNarrowsTheRail()
    {
        Desktop desktop;
        QVERIFY(!desktop.window->rail().isCollapsed());
        desktop.window->resize(1024, 640);
        QVERIFY(desktop.window->rail().isCollapsed());
        desktop.window->resize(1300, 800);
        QVERIFY(!desktop.window->rail().isCollapsed());
        desktop.run("window.rail");
        QVERIFY(desktop.window->rail().isCollapsed());
    }

    void linksAreCopiedWithTheirStore()
    {
        Desktop desktop;
        QCOMPARE(desktop.why("window.copyLink"), QString("Nothing is selected"));
        desktop.workspace->setCurrentObject(linkTo(u"task"_s, 7));
        desktop.run("window.copyLink");
        QVERIFY(QGuiApplication::clipboard()->text().contains("/task/7"));
    }

    void anInvitationAsksToAddAServer()
    {
        Desktop desktop;
        QSignalSpy asked(desktop.window.get(), &MainWindow::addServerAsked);
        QVERIFY(desktop.window->openLink(u"drover://join/user/h:1/x/y"_s));
        QCOMPARE(asked.size(), 1);
        QVERIFY(!desktop.window->openLink(u"https://example.org"_s));
    }

    void theColourOfAServerIsKept()
    {
        Desktop desktop;
        desktop.workspace->setServerFace(QColor("#c42b2b"), "production");
        QVERIFY(desktop.workspace->isProduction());
        desktop.state->flush();
        QCOMPARE(desktop.workspace->face().color, QColor("#c42b2b"));
    }

    void aNarrowWindowShowsDetailsInATab()
    {
        Desktop desktop;
        desktop.workspace->showDock(u"details"_s);
        desktop.window->resize(800, 600);
        QCoreApplication::processEvents();
        const auto shown = [&] {
            QStringList ids;
            for (const DockFrame *dock : desktop.workspace->docks()) {
                if (dock->isVisible())
                    ids.append(dock->kind().id);
            }
            return ids;
        };
        QTRY_COMPARE(shown(), QStringList());
        desktop.workspace->setCurrentObject(linkTo(u"task"_s, 7));
        desktop.workspace->showDock(u"details"_s);
        QCOMPARE(desktop.tabs(), QStringList({"tasks", "details 7"}));
        desktop.window->resize(1300, 800);
        QTRY_COMPARE(shown(), QStringList({"details"}));
    }

    void aSheetOfAViewClosesWithEscapeWhenItHasNothingToKeep()
    {
        Desktop desktop;
        desktop.workspace->open(ObjectLink{.kind = u"submit"_s});
        auto *view = qobject_cast<TestView *>(desktop.window->sheets().top());
        QVERIFY(view);
        view->back = 1;
        QTest::keyClick(view, Qt::Key_Escape);
        QVERIFY(desktop.window->sheets().isOpen());
        QTest::keyClick(view, Qt::Key_Escape);
        QVERIFY(!desktop.window->sheets().isOpen());
    }

    void logsOpenInTabsOfTheirOwnToo()
    {
        Desktop desktop;
        ObjectLink log = linkTo(u"task"_s, 7);
        log.part = u"log"_s;
        desktop.workspace->open(log, OpenIn::NewTab);
        QCOMPARE(desktop.tabs(), QStringList({"tasks", "log 7"}));
    }

    void whoKeepsTheWindowWaitingIsFound()
    {
        Watchdog watchdog;
        QTest::qWait(60);
        watchdog.setAction("task.retry");
        QThread::msleep(200);
        watchdog.setAction({});
        QTRY_VERIFY(!watchdog.findings().isEmpty());
        QCOMPARE(watchdog.findings().last().action, QString("task.retry"));
        QVERIFY(watchdog.longest().count() >= 100);
    }
};

QTEST_MAIN(TestMainWindow)
#include "tst_mainwindow.moc"
