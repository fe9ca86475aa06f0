#include "ui/shell/sheets.h"
#include "ui/shell/toast.h"
#include "ui/shell/windownotices.h"
#include "ui/widgets/look.h"

#include <QtGui/QClipboard>
#include <QtTest/QtTest>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>

using namespace Drover;
using namespace Qt::StringLiterals;

namespace {

struct Desk
{
    Look look;
    QWidget window;
    Sheets sheets{look, &window};
    WindowNotices notices{look, sheets, &window};
    Toast &toast = *window.findChild<Toast *>(u"toast"_s);

    Desk()
    {
        window.resize(1000, 700);
        window.show();
    }

    template<typename T>
    T *part(const char *name) const
    {
        return sheets.top() ? sheets.top()->findChild<T *>(QString::fromLatin1(name)) : nullptr;
    }
};

Question question()
{
    Question question;
    question.title = "Cancel 214 tasks?";
    question.verb = "Cancel 214 tasks";
    question.lines = QStringList({"200 running, 14 queued"});
    return question;
}

} // namespace

class TestNotices : public QObject
{
    Q_OBJECT

private slots:
    void aToastGoesByItself()
    {
        Desk desk;
        ToastNews news;
        news.text = "Copied";
        news.life = std::chrono::milliseconds(300);
        desk.toast.show(news);
        QCOMPARE(desk.toast.text(), QString("Copied"));
        QTRY_VERIFY(!desk.toast.isVisible());
    }

    void undoRunsOnceAndOnlyWhileTheBarIsShown()
    {
        Desk desk;
        QList<qint64> undone;
        desk.notices.setUndo([&](OperationId id) { undone.append(id.value); });
        QVERIFY(!desk.notices.undoLast());
        desk.notices.tellUndoable("Held 12 tasks", OperationId{7});
        QVERIFY(desk.notices.hasUndo());
        QVERIFY(desk.notices.undoLast());
        QVERIFY(!desk.notices.undoLast());
        QCOMPARE(undone, QList<qint64>({7}));
    }

    void anErrorStaysAndItsDetailsCanBeCopied()
    {
        Desk desk;
        Error error{ErrorCode::Conflict, "it has ended"};
        error.problems.append(Problem{"", 0, "tasks", "7 has ended", "retry it"});
        desk.notices.tellError("Not held", error);
        QCOMPARE(desk.notices.unread(), 1);
        QTest::qWait(0);
        QVERIFY(desk.toast.isVisible());
        QTest::mouseClick(desk.toast.findChild<QPushButton *>(u"toastAction"_s), Qt::LeftButton);
        QVERIFY(QGuiApplication::clipboard()->text().contains("retry it"));
        desk.notices.readAll();
        QCOMPARE(desk.notices.unread(), 0);
    }

    void aQuestionIsAnsweredInALaterTurn()
    {
        Desk desk;
        int confirmed = 0;
        desk.notices.ask(question(), &desk.window, [&] { ++confirmed; });
        QVERIFY(desk.sheets.isOpen());
        desk.part<QPushButton>("confirm")->click();
        QCOMPARE(confirmed, 0);
        QTRY_COMPARE(confirmed, 1);
        QVERIFY(!desk.sheets.isOpen());
    }

    void escapeIsNo()
    {
        Desk desk;
        int confirmed = 0;
        desk.notices.ask(question(), &desk.window, [&] { ++confirmed; });
        QTest::keyClick(desk.sheets.top(), Qt::Key_Escape);
        QVERIFY(!desk.sheets.isOpen());
        QCoreApplication::processEvents();
        QCOMPARE(confirmed, 0);
    }

    void nothingIsCalledOnceTheAskerIsGone()
    {
        Desk desk;
        auto asker = std::make_unique<QObject>();
        int confirmed = 0;
        desk.notices.ask(question(), asker.get(), [&] { ++confirmed; });
        asker.reset();
        desk.part<QPushButton>("confirm")->click();
        QCoreApplication::processEvents();
        QCOMPARE(confirmed, 0);
    }

    void enterConfirmsOnlyWhatCanBeTakenBack()
    {
        Desk desk;
        desk.window.activateWindow();
        int confirmed = 0;
        desk.notices.ask(question(), &desk.window, [&] { ++confirmed; });
        QTest::keyClick(desk.sheets.top(), Qt::Key_Return);
        QTRY_COMPARE(confirmed, 1);
        Question hard = question();
        hard.irreversible = "Their output is lost.";
        desk.notices.ask(hard, &desk.window, [&] { ++confirmed; });
        QTest::keyClick(desk.sheets.top(), Qt::Key_Return);
        QCoreApplication::processEvents();
        QCOMPARE(confirmed, 1);
    }

    void theCountMustBeTyped()
    {
        Desk desk;
        Question many = question();
        many.typedCount = 48211;
        desk.notices.ask(many, &desk.window, [] { });
        QVERIFY(!desk.part<QPushButton>("confirm")->isEnabled());
        desk.part<QLineEdit>("typedCount")->setText("48212");
        QVERIFY(!desk.part<QPushButton>("confirm")->isEnabled());
        desk.part<QLineEdit>("typedCount")->setText("48,211"); // as it is printed
        QVERIFY(desk.part<QPushButton>("confirm")->isEnabled());
    }

    void aTextIsCheckedBeforeItIsTaken()
    {
        Desk desk;
        QString entered;
        const auto problem = [](const QString &text) { return text.isEmpty() ? QString("A name is needed") : QString(); };
        desk.notices.askText("Save view", "Name", {}, problem, &desk.window, [&](const QString &text) { entered = text; });
        QVERIFY(!desk.part<QPushButton>("confirm")->isEnabled());
        QCOMPARE(desk.part<QLabel>("answerProblem")->text(), QString()); // not before one typed
        QTest::keyClicks(desk.part<QLineEdit>("answer"), "Stuck");
        desk.part<QPushButton>("confirm")->click();
        QTRY_COMPARE(entered, QString("Stuck"));
    }

    void failuresAreListedAndCanBeTriedAgain()
    {
        Desk desk;
        int again = 0;
        desk.notices.tellFailures("2 of 9 were not retried", {{"7", "it runs"}, {"8", "it is held"}}, [&] { ++again; });
        desk.part<QPushButton>("copyFailures")->click();
        QCOMPARE(QGuiApplication::clipboard()->text(), QString("7\tit runs\n8\tit is held\n"));
        desk.part<QPushButton>("retryThese")->click();
        QCOMPARE(again, 1);
        QVERIFY(!desk.sheets.isOpen());
    }

    void theKeyboardStaysInTheSheet()
    {
        Desk desk;
        QLineEdit below(&desk.window);
        below.show();
        desk.window.activateWindow();
        desk.notices.askText("Name", "Name", "x", {}, &desk.window, [](const QString &) { });
        for (int i = 0; i < 6; ++i) {
            QTest::keyClick(QApplication::focusWidget() ? QApplication::focusWidget() : desk.sheets.top(), Qt::Key_Tab);
            QVERIFY(!below.hasFocus());
        }
    }
};

QTEST_MAIN(TestNotices)
#include "tst_notices.moc"
