#include "backend/protocol/methods.h"
#include "tests/support/verify.h"
#include "tests/system/site.h"

#include <QtTest/QtTest>

using namespace Drover;

namespace {

// Requests with a text of people's in them, %N, and the codes that are a clear answer to a bad one.
// Where the text only looks something up, there is nothing of that name.
struct Case
{
    const char *method;
    const char *params;
    const char *codes;
};

constexpr Case cases[] = {
    {"session.signIn", R"({"user":"%N","password":"x"})", "not-permitted limit-reached"},
    {"session.signIn", R"({"token":"%N"})", "not-permitted limit-reached not-signed-in"},
    {"session.redeem", R"({"secret":"%N"})", "not-permitted limit-reached"},
    {"session.password", R"({"current":"","password":"%N"})", "invalid not-permitted"},
    {"user.add", R"({"name":"%N"})", "invalid"},
    {"user.set", R"({"name":"admin","newName":"%N"})", "invalid"},
    {"user.set", R"({"name":"%N","disabled":true})", "not-found"},
    {"user.remove", R"({"name":"%N"})", "not-found"},
    {"user.grant", R"({"name":"admin","grant":{"project":"%N"}})", "not-found"},
    {"user.grant", R"({"name":"admin","grant":{"project":"main","level":"%N"}})", "invalid"},
    {"user.revoke", R"({"name":"admin","project":"%N"})", "not-found"},
    {"user.invite", R"({"name":"%N","grant":{"project":"main"}})", "invalid"},
    {"token.create", R"({"name":"%N"})", "invalid"},
    {"project.create", R"({"name":"%N"})", "invalid"},
    {"project.set", R"({"name":"%N","notes":"x"})", "not-found"},
    {"project.remove", R"({"name":"%N"})", "not-found"},
    {"audit.list", R"({"where":"object = %N"})", "invalid too-large done"},
    {"task.submit", R"({"batch":"%N","tasks":[{"command":["true"]}]})", "invalid"},
    {"task.submit", R"({"project":"%N","tasks":[{"command":["true"]}]})", "not-found"},
    {"task.submit", R"({"tasks":[{"name":"%N","command":["true"]}]})", "invalid"},
    {"task.submit", R"({"tasks":[{"command":["true"],"step":"%N"}]})", "invalid"},
    {"task.submit", R"({"tasks":[{"command":["true"],"labels":{"%N":"x"}}]})", "invalid"},
    {"task.submit", R"({"tasks":[{"command":["true"],"after":["%N"]}]})", "invalid"},
    {"task.submit", R"({"tasks":[{"command":["true"],"needs":{"machine":"%N"}}]})", "invalid"},
    {"submission.begin", R"({"batch":"%N"})", "invalid"},
    {"task.list", R"({"where":"name = %N"})", "invalid too-large done"},
    {"task.list", R"({"order":"%N"})", "not-found invalid"},
    {"task.label", R"({"tasks":{"ids":[1]},"set":{"%N":"x"}})", "invalid"},
    {"task.move", R"({"tasks":{"ids":[1]},"project":"main","batch":"%N"})", "invalid"},
    {"batch.list", R"({"name":"%N"})", "done"},
    {"machine.invite", R"({"name":"%N"})", "invalid"},
    {"machine.invite", R"({"pools":["%N"]})", "invalid"},
    {"machine.join", R"({"secret":"%N"})", "not-permitted limit-reached"},
    {"%N", "{}", "not-found"},
};

struct Text
{
    const char *what;
    QByteArray json; ///< as it stands inside the quotes
};

QList<Text> badTexts()
{
    return {{"1 MB", QByteArray(1'000'000, 'x')},
            {"a control character", "a\\u0001b"},
            {"a line break", "a\\nb"},
            {"a terminal's escape", "\\u001b[2J"},
            {"invalid UTF-8", "a\xff\xfe"},
            {"a cut character", "a\xe2\x82"},
            {"half of a surrogate pair", "a\\ud800b"},
            {"zero", "a\\u0000b"}};
}

} // namespace

/// What no person would type, in every text that people give: a clear error each, and the daemon
/// goes on.
class TestBadInput : public QObject
{
    Q_OBJECT

    Site m_site;

private slots:
    void initTestCase()
    {
        m_site.setDaemonOptions({"--set", "sign-in.failures=10000"});
        QVERIFY(m_site.init());
        QVERIFY(m_site.startDaemon());
    }

    void aBadTextIsAClearError_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const Text &text : badTexts())
            QTest::newRow(text.what) << text.json;
    }

    void aBadTextIsAClearError()
    {
        QFETCH(QByteArray, text);
        QStringList wrong;
        for (const Case &each : cases) {
            const QByteArray params = QByteArray(each.params).replace("%N", text);
            const QString method = QString::fromUtf8(QByteArray(each.method).replace("%N", "a.b"));
            const Result<QByteArray> reply = m_site.askRaw(method, params);
            const QString code = reply ? QString("done") : QString(errorName(reply.error().code));
            // What is no JSON is no request at all, whatever it was about.
            const QString words = reply ? QString() : printed(reply.error());
            const bool isNoRequest = code == "protocol" || words.startsWith("not JSON: ") || words.startsWith("not Unicode: ");
            const bool allowed = isNoRequest || QString(each.codes).split(' ').contains(code);
            const bool clear = reply || (!words.isEmpty() && words.size() < 3000);
            if (!allowed || !clear)
                wrong.append(QString("%1 %2: %3 (%4)").arg(each.method, QString::fromLatin1(each.params), code, words.left(200)));
        }
        QCOMPARE(wrong.join('\n'), "");
        QVERIFY(m_site.isReady());
        QCOMPARE(m_site.ask(CountTasks {})->count, 0); // nothing was queued
    }
};

QTEST_GUILESS_MAIN(TestBadInput)
#include "tst_badinput.moc"
