#include "backend/tls/invitationlink.h"
#include "backend/tls/secret.h"
#include "tests/support/verify.h"

using namespace Drover;

class TestInvitationLink : public QObject
{
    Q_OBJECT

    static InvitationLink link()
    {
        return {InvitationLink::Kind::Machine,
                Pin{QByteArray(32, '\x01')},
                "0123456789abcdefghijkl_-xyz",
                {{"drover.example", 7443}, {"10.0.0.1", 17443}, {"2001:db8::1", 7443}}};
    }

private slots:
    void aLinkIsReadAsItWasPrinted()
    {
        const Result<InvitationLink> read = InvitationLink::parse(link().printed());
        VERIFY_OK(read);
        QCOMPARE(*read, link());
        QCOMPARE(link().printed(),
                 "drover://join/machine/drover.example:7443,10.0.0.1:17443,2001:db8::1:7443/"
                 "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE/0123456789abcdefghijkl_-xyz");
    }

    void aLinkHasNothingThatAShellReads()
    {
        static const QRegularExpression harmless("^[A-Za-z0-9:/,._-]+$");
        QVERIFY(harmless.match(link().printed()).hasMatch());
    }

    void whatCopyingAddsIsPassedOver()
    {
        VERIFY_OK(InvitationLink::parse("  " + link().printed() + "\n"));
    }

    void aLinkThatWasCutAnywhereIsRefused()
    {
        const QString whole = link().printed();
        for (qsizetype length = 0; length < whole.size(); ++length)
            VERIFY_FAILS(InvitationLink::parse(whole.left(length)), ErrorCode::Invalid);
    }

    void aLinkThatIsNotWholeIsRefusedWithTheRemedy_data()
    {
        QTest::addColumn<QString>("text");
        const QString whole = link().printed();
        QTest::newRow("empty") << QString();
        QTest::newRow("another scheme") << "https://join/machine/x";
        QTest::newRow("another kind") << QString(whole).replace("machine", "robot");
        QTest::newRow("port 0") << QString(whole).replace(":17443", ":0");
        QTest::newRow("port beyond") << QString(whole).replace(":17443", ":70000");
        QTest::newRow("a space inside")
            << QString(whole).replace("drover.example", "drover example");
        QTest::newRow("a control character")
            << QString(whole).replace("drover.example", "dro\x07ver");
        QTest::newRow("empty address") << QString(whole).replace("drover.example:7443,", ",");
        QTest::newRow("no port") << QString(whole).replace("drover.example:7443", "drover.example");
        QTest::newRow("too many addresses")
            << QString(whole).replace("drover.", QString("a:1,").repeated(14) + "b.");
        QTest::newRow("a megabyte")
            << QString(whole).replace("drover.", QString("a:1,").repeated(250'000) + "b.");
        QTest::newRow("something behind") << whole + "/more";
    }
    void aLinkThatIsNotWholeIsRefusedWithTheRemedy()
    {
        QFETCH(QString, text);
        const Result<InvitationLink> read = InvitationLink::parse(text);
        VERIFY_FAILS(read, ErrorCode::Invalid);
        QVERIFY(read.error().message.contains("copy it again"));
        QVERIFY(read.error().message.size() < 500);
    }

    void addressesAreReadAsPeopleWriteThem_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");
        QTest::newRow("host alone") << "drover.example"
                                    << "drover.example:7443";
        QTest::newRow("with port") << "drover.example:1"
                                   << "drover.example:1";
        QTest::newRow("v4") << "10.0.0.1:17443"
                            << "10.0.0.1:17443";
        QTest::newRow("v6 bare") << "2001:db8::1"
                                 << "[2001:db8::1]:7443";
        QTest::newRow("v6 in brackets") << "[2001:db8::1]"
                                        << "[2001:db8::1]:7443";
        QTest::newRow("v6 with port") << "[::1]:99"
                                      << "[::1]:99";
        QTest::newRow("open bracket") << "[::1"
                                      << "";
        QTest::newRow("no port after colon") << "host:"
                                             << "";
        QTest::newRow("no port after bracket") << "[::1]:"
                                               << "";
        QTest::newRow("nothing") << ""
                                 << "";
        QTest::newRow("a path") << "host/x"
                                << "";
    }
    void addressesAreReadAsPeopleWriteThem()
    {
        QFETCH(QString, text);
        QFETCH(QString, expected);
        const Result<ServerAddress> address = ServerAddress::parse(text);
        QCOMPARE(address ? printed(*address) : QString(), expected);
    }

    void secretsAreLongAndNeverTheSame()
    {
        QCOMPARE(randomSecret().size(), 27);
        QVERIFY(randomSecret() != randomSecret());
        QVERIFY(secretsEqual("abc", "abc"));
        QVERIFY(!secretsEqual("abc", "abd"));
        QVERIFY(!secretsEqual("abc", "abcd"));
    }
};

QTEST_APPLESS_MAIN(TestInvitationLink)
#include "tst_invitationlink.moc"
