#include "app/client/connection.h"
#include "app/profiles/consolestate.h"
#include "ui/linkhandover.h"
#include "ui/shell/notifier.h"
#include "ui/shell/sheets.h"
#include "ui/shell/windownotices.h"
#include "ui/widgets/actionregistry.h"
#include "ui/widgets/desk.h"
#include "ui/widgets/look.h"

#include <QtTest/QtTest>

using namespace Drover;
using namespace Qt::StringLiterals;

namespace {

struct Watch
{
    QTemporaryDir folder;
    Look look;
    ActionRegistry actions{look};
    Connection connection{u"test"_s};
    Mirror mirror{connection};
    ConsoleState state{folder.path(), u"here"_s};
    QWidget window;
    Sheets sheets{look, &window};
    WindowNotices notices{look, sheets, &window};
    Drover::Desk desk{look, actions, connection, mirror, state, notices};
    Notifier notifier{desk};
    QStringList told;

    Watch()
    {
        QObject::connect(&notifier, &Notifier::told, &window, [this](Telling telling, const QString &text) {
            told.append((telling == Telling::Desktop ? "desktop: " : "bell: ") + text);
        });
    }

    void rule(Occasion occasion, Telling telling)
    {
        NotificationRules rules = NotificationRules::fromJson(state.value(u"notifications"_s).toObject());
        rules.set(occasion, telling);
        state.setValue(u"notifications"_s, rules.toJson());
    }
};

} // namespace

class TestNotifier : public QObject
{
    Q_OBJECT

private slots:
    void aLostConnectionIsToldByItsRule()
    {
        Watch watch;
        emit watch.connection.lost(Error{ErrorCode::Unreachable, "it was cut"});
        QCOMPARE(watch.told, QStringList({"desktop: The connection is lost: it was cut"}));
        watch.rule(Occasion::ConnectionLost, Telling::Bell);
        emit watch.connection.lost(Error{ErrorCode::Unreachable, "it was cut"});
        QCOMPARE(watch.told.last(), QString("bell: The connection is lost: it was cut"));
        watch.rule(Occasion::ConnectionLost, Telling::Nothing);
        emit watch.connection.lost(Error{ErrorCode::Unreachable, "it was cut"});
        QCOMPARE(watch.told.size(), 2);
    }

    void whatTheFirstSnapshotBringsIsNothingNew()
    {
        Watch watch;
        MachineChanges changes;
        Machine machine;
        machine.id = MachineId{1};
        machine.name = "moor-03";
        machine.state = MachineState::Lost;
        changes.added.append(machine);
        emit watch.mirror.machinesChanged(changes);
        QCOMPARE(watch.told, QStringList());
    }

    void linksGoToTheConsoleThatRuns()
    {
        QTemporaryDir home; // so that a console of the person who runs this is left alone
        qputenv("HOME", home.path().toUtf8());
        QVERIFY(!LinkHandover::handOver(u"drover://0/task/7"_s));
        LinkHandover handover;
        handover.listen();
        QStringList came;
        connect(&handover, &LinkHandover::linkCame, this, [&](const QString &link) { came.append(link); });
        bool taken = false;
        std::unique_ptr<QThread> other(QThread::create([&] { taken = LinkHandover::handOver(u"drover://0/task/7"_s); }));
        other->start();
        QTRY_COMPARE(came, QStringList({"drover://0/task/7"}));
        QVERIFY(QTest::qWaitFor([&] { return other->isFinished(); }, 10'000));
        QVERIFY(taken);
    }
};

QTEST_MAIN(TestNotifier)
#include "tst_notifier.moc"
