#include "app/work/objectlink.h"

#include <QtTest/QtTest>

using namespace Drover;

class TestObjectLink : public QObject
{
    Q_OBJECT

private slots:
    void aLinkIsReadAsItWasWritten_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("task") << "drover://a3f/task/42";
        QTest::newRow("line") << "drover://a3f/task/42/attempt/1/log?line=7";
        QTest::newRow("name") << "drover://0/batch/Lab%207%2Fgrading/causes";
        QTest::newRow("query") << "drover://0/view/tasks?where=state%20%3D%20failed%20and%20exit%20%21%3D%200";
    }
    void aLinkIsReadAsItWasWritten()
    {
        QFETCH(QString, text);
        const auto link = ObjectLink::of(text);
        QVERIFY(link);
        QCOMPARE(ObjectLink::of(link->text()), link);
        QCOMPARE(link->text().section('?', 0, 0), text.section('?', 0, 0));
    }

    void whatIsNoLinkIsNone_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("invitation") << "drover://join/abc";
        QTest::newRow("web") << "https://example.org/task/42";
        QTest::newRow("no store") << "drover:///task/42";
        QTest::newRow("no id") << "drover://1/task/";
        QTest::newRow("attempt") << "drover://1/task/4/attempt/x";
        QTest::newRow("too deep") << "drover://1/task/4/log/further";
        QTest::newRow("long") << "drover://1/task/" + QString(5000, '4');
    }
    void whatIsNoLinkIsNone()
    {
        QFETCH(QString, text);
        QVERIFY(!ObjectLink::of(text));
    }
};

QTEST_APPLESS_MAIN(TestObjectLink)
#include "tst_objectlink.moc"
