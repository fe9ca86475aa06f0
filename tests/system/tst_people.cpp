#include "app/client/client.h"
#include "backend/protocol/methods.h"
#include "backend/tls/certificate.h"
#include "tests/support/verify.h"
#include "tests/system/site.h"

#include <QtTest/QtTest>

using namespace Drover;

namespace {

// Who may call a method: 0 nobody signed in, 1 viewer of main, 2 operator of lab, 3 operator of
// main, 4 admin of main, 5 admin of *. `%T` and `%C` are tasks of main, `%B` their batch. Empty
// params: it lets everybody in by itself, and is tested below.
struct Gate
{
    const char *method;
    const char *params;
    const char *callers;
};

constexpr Gate gates[] = {
    {"session.signIn", "", ""},
    {"session.redeem", "", ""},
    {"session.signOut", "", ""},
    {"session.password", R"({"password":"short"})", "12345"},
    {"session.list", "{}", "12345"},
    {"session.revoke", R"({"id":99999})", "12345"},
    {"user.list", "{}", "12345"},
    {"user.add", R"({"name":""})", "5"},
    {"user.set", R"({"name":"nobody","disabled":true})", "5"},
    {"user.remove", R"({"name":"nobody"})", "5"},
    {"user.grant", R"({"name":"nobody","grant":{"project":"main"}})", "5"},
    {"user.revoke", R"({"name":"nobody","project":"main"})", "5"},
    {"user.invite", R"({"name":"x","grant":{"project":"main"}})", "5"},
    {"token.list", "{}", "12345"},
    {"token.create", R"({"name":"x","level":"viewer"})", "12345"},
    {"token.revoke", R"({"id":99999})", "12345"},
    {"project.list", "{}", "12345"},
    {"project.create", R"({"name":"*"})", "5"},
    {"project.set", R"({"name":"main","notes":"x"})", "45"},
    {"project.remove", R"({"name":"nothing"})", "5"},
    {"audit.list", "{}", "12345"},
    {"event.list", "{}", "12345"},
    {"daemon.status", "{}", "12345"},
    {"daemon.metrics", "{}", "5"},
    {"daemon.hold", R"({"held":false})", "5"},
    {"task.submit", R"({"project":"main","dryRun":true,"tasks":[{"command":["true"]}]})", "345"},
    {"submission.begin", R"({"project":"main","batch":"big"})", "345"},
    {"submission.add", R"({"submission":99999,"tasks":[]})", "2345"},
    {"submission.commit", R"({"submission":99999})", "2345"},
    {"task.list", "{}", "12345"},
    {"task.get", R"({"id":%T})", "1345"},
    {"task.cancel", R"({"tasks":{"ids":[%C]}})", "345"},
    {"task.retry", R"({"tasks":{"ids":[%C]}})", "345"},
    {"task.hold", R"({"tasks":{"ids":[%T]},"held":true})", "345"},
    {"task.delete", R"({"tasks":{"ids":[%C]}})", "345"},
    {"task.keep", R"({"tasks":{"ids":[%T]},"kept":false})", "345"},
    {"task.priority", R"({"tasks":{"ids":[%T]},"priority":40})", "345"},
    {"task.await", R"({"ids":[%T],"wait":0})", "1345"},
    {"batch.list", "{}", "12345"},
    {"batch.set", R"({"id":%B,"notes":"x"})", "345"},
    {"machine.list", "{}", "12345"},
    {"machine.invite", R"({"valid":-1})", "5"},
    {"machine.join", "", ""},
    {"machine.set", R"({"id":99999,"notes":"x"})", "45"},
    {"machine.remove", R"({"id":99999})", "45"},
    {"blob.ticket", "{}", "12345"},
    {"task.outputs", R"({"task":%T})", "1345"},
    {"output.read", R"({"task":%T,"wait":0})", "1345"},
    {"output.info", R"({"task":%T})", "1345"},
    {"output.locate", R"({"task":%T,"line":1})", "1345"},
    {"output.find", R"({"task":%T,"pattern":"x"})", "1345"},
    {"agent.hello", R"({})", ""},
    {"agent.renew", R"({})", ""},
    {"task.explain", R"({"id":%T})", "1345"},
    {"task.gauges", R"({"ids":[%T]})", "12345"},
    {"task.pause", R"({"tasks":{"ids":[%T]},"paused":false})", "345"},
    {"daemon.pause", R"({"paused":false})", "5"},
    {"project.hold", R"({"project":"main","held":false})", "345"},
    {"project.pause", R"({"project":"main","paused":false})", "345"},
    {"batch.causes", "{}", "12345"},
    {"pool.list", "{}", "12345"},
    {"pool.resume", R"({"pool":"nothing"})", "5"},
    {"stray.list", "{}", "12345"},
    {"stray.stop", R"({"machine":99999,"task":99999,"n":1})", "5"},
    {"stray.adopt", R"({"machine":99999,"task":99999,"n":1})", "5"},
    {"feed.subscribe", "", ""}, // of connections; tst_feed
    {"window.open", "", ""},
    {"window.page", "", ""},
    {"window.refresh", "", ""},
    {"window.close", "", ""},
    {"window.locate", "", ""},
    {"session.look", "", ""},
    {"task.count", "{}", "12345"},
    {"task.counts", "{}", "12345"},
    {"batch.steps", R"({"batch":%B})", "12345"},
    {"batch.timeline", R"({"batch":%B})", "12345"},
    {"series.counts", "{}", "12345"},
    {"series.machine", "{}", "12345"},
    {"series.rates", "{}", "12345"},
    {"task.label", R"({"tasks":{"ids":[%T]},"set":{"a":"b"}})", "345"},
    {"task.move", R"({"tasks":{"ids":[%T]},"project":"main","batch":"work"})", "345"},
    {"task.edit", R"({"edits":[]})", "2345"},
    {"operation.list", "{}", "12345"},
    {"operation.get", R"({"id":99999})", "12345"},
    {"operation.cancel", R"({"id":99999})", "2345"},
    {"operation.undo", R"({"id":99999})", "2345"},
};

// Each method changes nothing, or it is called here and must leave an entry of that name.
struct Change
{
    const char *method;
    const char *params;
    const char *entry;
};

constexpr Change changes[] = {
    {"session.signIn", R"({"user":"nobody","password":"wrong"})", "session.signIn"},
    {"session.redeem", R"({"secret":"wrong"})", "session.redeem"},
    {"session.password", R"({"password":"long enough 1"})", "session.password"},
    {"session.signOut", nullptr, ""}, // below: they need a connection of their own
    {"session.revoke", nullptr, ""},
    {"machine.join", nullptr, ""}, // tst_faults joins machines
    {"machine.set", nullptr, ""},
    {"machine.remove", nullptr, ""},
    {"user.add", R"({"name":"bea","password":"long enough 2","grants":[{"project":"main","level":"viewer"}]})", "user.add"},
    {"user.set", R"({"name":"bea","disabled":true})", "user.set"},
    {"user.grant", R"({"name":"bea","grant":{"project":"lab"}})", "user.grant"},
    {"user.revoke", R"({"name":"bea","project":"lab"})", "user.revoke"},
    {"user.remove", R"({"name":"bea"})", "user.remove"},
    {"user.invite", R"({"name":"cid","grant":{"project":"main"}})", "user.invite"},
    {"token.create", R"({"name":"ci"})", "token.create"},
    {"token.revoke", R"({"id":%K})", "token.revoke"},
    {"project.create", R"({"name":"fresh"})", "project.create"},
    {"project.set", R"({"name":"fresh","held":true})", "project.set"},
    {"project.remove", R"({"name":"fresh"})", "project.remove"},
    {"daemon.hold", R"({"held":true})", "daemon.hold"},
    {"task.submit", R"({"tasks":[{"command":["true"]}]})", "task.submit"},
    {"submission.begin", R"({"batch":"large"})", ""}, // nothing can be seen of it before its commit
    {"submission.add", R"({"submission":%S,"tasks":[{"command":["true"]}]})", ""},
    {"submission.commit", R"({"submission":%S})", "task.submit"},
    {"task.hold", R"({"tasks":{"ids":[%T]},"held":true})", "task.hold"},
    {"task.keep", R"({"tasks":{"ids":[%T]},"kept":true})", "task.keep"},
    {"task.delete", nullptr, ""}, // tst_trash has tasks that ended
    {"task.priority", R"({"tasks":{"ids":[%T]},"priority":41})", "task.priority"},
    {"batch.set", R"({"id":%B,"notes":"y"})", "batch.set"},
    {"task.label", R"({"tasks":{"ids":[%T]},"set":{"a":"c"}})", "task.label"},
    {"task.move", R"({"tasks":{"ids":[%T]},"project":"main","batch":"elsewhere"})", "task.move"},
    {"task.pause", R"({"tasks":{"ids":[%T]},"paused":true})", "task.pause"},
    {"daemon.pause", R"({"paused":true})", "daemon.pause"},
    {"project.hold", R"({"project":"lab","held":true})", "project.hold"},
    {"project.pause", R"({"project":"lab","paused":true})", "project.pause"},
    {"pool.resume", nullptr, ""}, // tst_life has storms and strays
    {"stray.stop", nullptr, ""},
    {"stray.adopt", nullptr, ""},
    {"agent.renew", nullptr, ""}, // tst_manners has an agent
    {"task.edit", nullptr, ""}, // tst_bulk edits and undoes
    {"operation.cancel", nullptr, ""},
    {"operation.undo", nullptr, ""},
    {"task.cancel", R"({"tasks":{"ids":[%T]}})", "task.cancel"},
    {"task.retry", R"({"tasks":{"ids":[%T]}})", "task.retry"},
    {"machine.invite", "{}", "machine.invite"},
};

constexpr const char *reads[] = {
    "session.list", "user.list", "token.list", "project.list", "audit.list", "event.list", "daemon.status", "task.list",
    "task.get", "task.await", "batch.list", "machine.list", "output.read", "output.info", "output.locate", "output.find", "agent.hello",
    "task.count", "operation.list", "operation.get", "daemon.metrics",
    "blob.ticket", "task.outputs", "task.explain", "task.gauges", "batch.causes", "pool.list", "stray.list",
    "feed.subscribe", "window.open", "window.page", "window.locate", "window.refresh", "window.close",
    "session.look", "task.counts", "batch.steps", "batch.timeline", "series.counts", "series.machine", "series.rates",
};

QString outcomeOf(const Result<QByteArray> &reply)
{
    return reply ? QString("done") : QString(errorName(reply.error().code));
}

} // namespace

/// Who may do what, over the wire, with the real daemon.
class TestPeople : public QObject
{
    Q_OBJECT

    Site m_site;
    QString m_admin;
    QStringList m_tokens; // of the callers of `gates`
    QMap<QString, qint64> m_ids; // by the letter of a placeholder

    QByteArray filled(const char *params) const
    {
        QByteArray text = params;
        for (auto it = m_ids.cbegin(); it != m_ids.cend(); ++it)
            text.replace(it.key().toLatin1(), QByteArray::number(it.value()));
        return text;
    }

    // The token of a new user with that grant.
    QString newUser(const QString &name, const Grant &grant)
    {
        m_site.setToken(m_admin);
        const auto invitation = m_site.ask(InviteUser {.name = name, .grant = grant});
        if (!invitation)
            qFatal("%s", qPrintable(printed(invitation.error())));
        m_site.setToken({});
        const auto token = m_site.ask(RedeemInvitation {.secret = invitation->link.section('/', -1)});
        if (!token)
            qFatal("%s", qPrintable(printed(token.error())));
        m_site.setToken(m_admin);
        return token->token;
    }

    QList<AuditEntry> audit(const QString &where)
    {
        m_site.setToken(m_admin);
        const auto page = m_site.ask(ListAudit {.where = where});
        if (!page)
            qWarning("%s", qPrintable(printed(page.error())));
        return page ? page->entries : QList<AuditEntry>();
    }

    qint64 submitted(const QString &batch)
    {
        Submit submit {.project = "main", .batch = batch, .tasks = {TaskSpec {}}};
        submit.tasks[0].command = {"true"};
        const auto done = m_site.ask(submit);
        if (!done)
            qFatal("%s", qPrintable(printed(done.error())));
        m_ids["%B"] = done->batch.value;
        return done->tasks.first().value;
    }

private slots:
    void initTestCase()
    {
        QVERIFY(m_site.init());
        QVERIFY(m_site.startDaemon());
        m_admin = m_site.token();
        VERIFY_OK(m_site.ask(CreateProject {.name = "lab"}));
        m_tokens = {QString(),
                    newUser("viewer", {.project = "main", .level = Level::Viewer}),
                    newUser("other", {.project = "lab", .level = Level::Operator}),
                    newUser("operator", {.project = "main", .level = Level::Operator}),
                    newUser("manager", {.project = "main", .level = Level::Admin}),
                    m_admin};
        m_ids["%C"] = submitted("work");
        m_ids["%T"] = submitted("work");
    }

    void everyMethodLetsInWhomItMay()
    {
        QStringList listed;
        for (const Gate &gate : gates)
            listed.append(gate.method);
        for (const MethodDescription &method : describeMethods())
            QVERIFY2(listed.contains(method.name), qPrintable(method.name + " needs a line in `gates`"));
        QStringList wrong;
        for (const Gate &gate : gates) {
            if (*gate.params == 0)
                continue;
            QString let;
            QString all;
            for (int caller = 0; caller < m_tokens.size(); ++caller) {
                m_site.setToken(m_tokens[caller]);
                const QString outcome = outcomeOf(m_site.askRaw(gate.method, filled(gate.params)));
                // A task that one may not see is said not to be there.
                const bool hidden = outcome == "not-found" && (QByteArray(gate.params).contains("%T") || QByteArray(gate.params).contains("%C"));
                if (outcome != "not-permitted" && outcome != "not-signed-in" && !hidden)
                    let += QString::number(caller);
                all += outcome + ' ';
            }
            if (let != gate.callers)
                wrong.append(QString("%1: %2, not %3 (%4)").arg(gate.method, let, gate.callers, all));
        }
        QCOMPARE(wrong.join('\n'), "");
    }

    void listsShowWhatTheCallerMaySee()
    {
        m_site.setToken(m_tokens[2]);
        QCOMPARE(m_site.ask(ListTasks {})->tasks.size(), 0);
        QCOMPARE(m_site.ask(ListBatches {})->batches.size(), 0);
        QCOMPARE(m_site.ask(ListProjects {})->projects.size(), 1);
        QCOMPARE(m_site.ask(ListUsers {})->users.size(), 1);
        QCOMPARE(m_site.ask(ListTokens {})->tokens.first().user, "other");
        const auto own = m_site.ask(ListAudit {});
        VERIFY_OK(own);
        for (const AuditEntry &entry : own->entries)
            QCOMPARE(entry.user, "other");
        m_site.setToken(m_tokens[1]);
        QVERIFY(m_site.ask(ListTasks {})->tasks.size() >= 2);
        m_site.setToken(m_tokens[4]);
        const auto managed = m_site.ask(ListAudit {.where = "user != manager"});
        VERIFY_OK(managed);
        QVERIFY(!managed->entries.isEmpty());
        for (const AuditEntry &entry : managed->entries)
            QCOMPARE(entry.project, "main");
    }

    void everyChangeLeavesAnEntry()
    {
        QStringList listed;
        for (const char *read : reads)
            listed.append(read);
        for (const Change &change : changes)
            listed.append(change.method);
        for (const MethodDescription &method : describeMethods())
            QVERIFY2(listed.contains(method.name), qPrintable(method.name + " needs a line in `changes` or `reads`"));
        m_ids["%T"] = submitted("audited");
        QStringList wrong;
        for (const Change &change : changes) {
            if (!change.params)
                continue;
            m_site.setToken(m_admin);
            const QString where = QString("method = '%1'").arg(change.entry);
            const auto before = *change.entry ? audit(where).size() : 0;
            const Result<QByteArray> reply = m_site.askRaw(change.method, filled(change.params));
            const bool refusedOnPurpose = QByteArray(change.params).contains("wrong");
            if (reply.has_value() == refusedOnPurpose)
                wrong.append(QString("%1: %2").arg(change.method, reply ? "done" : printed(reply.error())));
            else if (*change.entry && !QTest::qWaitFor([&] { return audit(where).size() == before + 1; }))
                wrong.append(QString("%1: no entry").arg(change.method));
            if (reply && QByteArray(change.method) == "token.create")
                m_ids["%K"] = decode<CreatedToken>(*reply)->token.id.value;
            if (reply && QByteArray(change.method) == "submission.begin")
                m_ids["%S"] = decode<SubmissionOpened>(*reply)->submission;
        }
        QCOMPARE(wrong.join('\n'), "");
        const QList<AuditEntry> hold = audit("method = task.hold user = admin");
        QVERIFY(!hold.isEmpty());
        QCOMPARE(hold.first().address, "127.0.0.1");
        QCOMPARE(hold.first().program, "POST /rpc");
        QCOMPARE(hold.first().outcome, "done");
        QCOMPARE(hold.first().object, QString::number(m_ids["%T"]));
        m_site.setToken(m_admin);
        VERIFY_OK(m_site.ask(HoldEverything {.held = false}));
    }

    void whatIsRefusedIsInTheAuditAndNoSecretIs()
    {
        m_site.setToken(m_tokens[1]);
        VERIFY_FAILS(m_site.ask(InviteUser {.name = "x", .grant = {.project = "main"}}), ErrorCode::NotPermitted);
        QTRY_VERIFY(!audit("user = viewer outcome = not-permitted method = user.invite").isEmpty());
        const QList<AuditEntry> all = audit({});
        for (const AuditEntry &entry : all) {
            const QByteArray text = toJson(entry);
            QVERIFY2(!text.contains("long enough") && !text.contains(m_admin.toUtf8()), text.constData());
        }
    }

    void theAuditIsFilteredAndPaged()
    {
        m_site.setToken(m_admin);
        VERIFY_FAILS(m_site.ask(ListAudit {.where = "usr = x"}), ErrorCode::Invalid);
        QCOMPARE(audit("at > +1h").size(), 0);
        QVERIFY(audit("at > -1h method ~ '^user' not outcome = done").size() >= 1);
        QVERIFY(!audit("lab").isEmpty()); // a bare word is in the object
        m_site.setToken(m_admin);
        const auto first = m_site.ask(ListAudit {.limit = 2});
        VERIFY_OK(first);
        QVERIFY(first->more);
        const auto second = m_site.ask(ListAudit {.limit = 2, .before = first->entries.last().id});
        QVERIFY(second->entries.first().id < first->entries.last().id);
    }

    void theLastAdministratorStays()
    {
        m_site.setToken(m_admin);
        VERIFY_FAILS(m_site.ask(SetUser {.name = "admin", .disabled = true}), ErrorCode::Conflict);
        VERIFY_FAILS(m_site.ask(RemoveUser {.name = "admin"}), ErrorCode::Conflict);
        VERIFY_FAILS(m_site.ask(RevokeGrant {.name = "admin", .project = "*"}), ErrorCode::Conflict);
        VERIFY_FAILS(m_site.ask(GrantUser {.name = "admin", .grant = {.project = "*", .level = Level::Viewer}}), ErrorCode::Conflict);
        VERIFY_OK(m_site.ask(GrantUser {.name = "manager", .grant = {.project = "*", .level = Level::Admin}}));
        VERIFY_OK(m_site.ask(RevokeGrant {.name = "manager", .project = "*"}));
    }

    void outputsAreReadByThoseWhoMay()
    {
        const QString blind = newUser("blind", {.project = "main", .level = Level::Operator, .readsOutputs = false});
        m_site.setToken(blind);
        const ReadOutput read {.task = TaskId {m_ids["%T"]}};
        VERIFY_FAILS(m_site.ask(read), ErrorCode::NotPermitted);
        VERIFY_FAILS(m_site.ask(GetOutputInfo {.task = read.task}), ErrorCode::NotPermitted);
        VERIFY_FAILS(m_site.ask(LocateOutput {.task = read.task, .line = 1}), ErrorCode::NotPermitted);
        VERIFY_FAILS(m_site.ask(FindOutput {.task = read.task, .pattern = "x"}), ErrorCode::NotPermitted);
        m_site.setToken(m_tokens[1]);
        VERIFY_OK(m_site.ask(read));
        VERIFY_OK(m_site.ask(GetOutputInfo {.task = read.task}));
    }

    void aTokenMayAtMostWhatItsUserMay()
    {
        m_site.setToken(m_tokens[3]);
        VERIFY_FAILS(m_site.ask(CreateToken {.name = "up", .project = "main", .level = Level::Admin}), ErrorCode::NotPermitted);
        VERIFY_FAILS(m_site.ask(CreateToken {.name = "away", .project = "lab", .level = Level::Viewer}), ErrorCode::NotPermitted);
        const auto reader = m_site.ask(CreateToken {.name = "reader", .project = "main", .level = Level::Viewer});
        VERIFY_OK(reader);
        m_site.setToken(reader->secret);
        VERIFY_OK(m_site.ask(ListTasks {}));
        VERIFY_FAILS(m_site.ask(HoldTasks {.tasks = {.ids = {TaskId {m_ids["%T"]}}}}), ErrorCode::NotPermitted);
        // Nor is a token the way to a better one.
        const auto second = m_site.ask(CreateToken {.name = "second"});
        VERIFY_OK(second);
        QCOMPARE(second->token.level, Level::Viewer);
        QCOMPARE(second->token.project, "main");
        m_site.setToken(m_tokens[3]);
        VERIFY_OK(m_site.ask(RevokeToken {.id = reader->token.id}));
        m_site.setToken(reader->secret);
        VERIFY_FAILS(m_site.ask(ListTasks {}), ErrorCode::NotSignedIn);
        const auto brief = newUser("brief", {.project = "main"});
        m_site.setToken(brief);
        const auto short1 = m_site.ask(CreateToken {.name = "short", .valid = std::chrono::milliseconds(1)});
        VERIFY_OK(short1);
        m_site.setToken(short1->secret);
        QTRY_COMPARE(outcomeOf(m_site.askRaw("task.list", "{}")), "not-signed-in");
    }

    void whatIsTakenAwayIsGoneAtOnce()
    {
        const QString token = newUser("dora", {.project = "main", .level = Level::Operator});
        m_site.setToken(token);
        VERIFY_OK(m_site.ask(ListTasks {}));
        m_site.setToken(m_admin);
        VERIFY_OK(m_site.ask(RevokeGrant {.name = "dora", .project = "main"}));
        m_site.setToken(token);
        VERIFY_FAILS(m_site.ask(ListTasks {}), ErrorCode::NotPermitted);
        m_site.setToken(m_admin);
        VERIFY_OK(m_site.ask(SetUser {.name = "dora", .disabled = true}));
        m_site.setToken(token);
        VERIFY_FAILS(m_site.ask(ListTasks {}), ErrorCode::NotSignedIn);
        m_site.setToken(m_admin);
        VERIFY_OK(m_site.ask(RemoveUser {.name = "dora"}));
        VERIFY_FAILS(m_site.ask(RemoveUser {.name = "dora"}), ErrorCode::NotFound);
    }

    void anInvitationThatFailsIsNotUsedUp()
    {
        m_site.setToken(m_admin);
        const auto invitation = m_site.ask(InviteUser {.grant = {.project = "main"}});
        VERIFY_OK(invitation);
        m_site.setToken({});
        const QString secret = invitation->link.section('/', -1);
        VERIFY_FAILS(m_site.ask(RedeemInvitation {.secret = secret, .user = "viewer"}), ErrorCode::Conflict);
        VERIFY_FAILS(m_site.ask(RedeemInvitation {.secret = secret, .user = QString("a\nb")}), ErrorCode::Invalid);
        VERIFY_OK(m_site.ask(RedeemInvitation {.secret = secret, .user = "emil"}));
        VERIFY_FAILS(m_site.ask(RedeemInvitation {.secret = secret, .user = "emma"}), ErrorCode::NotPermitted);
    }

    void projectsMustBeThereAndStayWhileTheyHaveWork()
    {
        m_site.setToken(m_admin);
        VERIFY_FAILS(m_site.ask(Submit {.project = "nowhere", .tasks = {}}), ErrorCode::NotFound);
        VERIFY_FAILS(m_site.ask(CreateProject {.name = "MAIN"}), ErrorCode::Conflict);
        VERIFY_FAILS(m_site.ask(RemoveProject {.name = "main"}), ErrorCode::Conflict);
        VERIFY_FAILS(m_site.ask(GrantUser {.name = "viewer", .grant = {.project = "nowhere"}}), ErrorCode::NotFound);
    }

    void sessionsAreListedAndRevoked()
    {
        m_site.setToken(m_admin);
        const auto token = m_site.ask(CreateToken {.name = "console"});
        VERIFY_OK(token);
        QFile file(m_site.path("data/tls/authority.pem"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto authorities = Certificate::listFromPem(file.readAll());
        VERIFY_OK(authorities);
        Client client("test 1");
        client.open({.link = {.addresses = {{.host = "127.0.0.1", .port = m_site.port()}}, .authorities = *authorities, .identity = {}},
                     .token = token->secret, .user = {}, .password = {}});
        QTRY_VERIFY(client.isReady());
        const auto sessions = m_site.ask(ListSessions {});
        VERIFY_OK(sessions);
        QCOMPARE(sessions->sessions.size(), 1);
        QCOMPARE(sessions->sessions.first().program, "test 1");
        QCOMPARE(sessions->sessions.first().token, "console");
        m_site.setToken(m_tokens[1]);
        QCOMPARE(m_site.ask(ListSessions {})->sessions.size(), 0);
        VERIFY_FAILS(m_site.ask(RevokeSession {.id = sessions->sessions.first().id}), ErrorCode::NotFound);
        m_site.setToken(m_admin);
        QSignalSpy refused(&client, &Client::refused); // it comes back, and its token is no more
        VERIFY_OK(m_site.ask(RevokeSession {.id = sessions->sessions.first().id}));
        QTRY_COMPARE(refused.size(), 1);
        QCOMPARE(m_site.ask(ListSessions {})->sessions.size(), 0);
        QCOMPARE(audit("method = session.revoke").size(), 1);
    }

    void signingOutRevokesTheToken()
    {
        const QString token = newUser("fay", {.project = "main"});
        m_site.setToken(token);
        VERIFY_OK(m_site.ask(SignOut {}));
        VERIFY_FAILS(m_site.ask(SignOut {}), ErrorCode::NotSignedIn);
        QCOMPARE(audit("method = session.signOut user = fay").size(), 1);
    }

    void guessingIsSlowedDownForAnAccountAndAnAddress()
    {
        m_site.setToken({});
        QString outcome;
        int wrong = 0;
        while (wrong < 30 && (outcome = outcomeOf(m_site.askRaw("session.signIn", R"({"user":"Viewer","password":"x"})"))) == "not-permitted")
            ++wrong;
        QCOMPARE(outcome, "limit-reached");
        QVERIFY(wrong <= 10);
        m_site.setToken(m_admin); // who has a token goes on
        VERIFY_OK(m_site.ask(ListUsers {}));
    }

    void allOfItOutlivesTheDaemon()
    {
        m_site.killDaemon();
        m_site.setToken(m_admin);
        QVERIFY(m_site.startDaemon());
        m_site.setToken(m_admin);
        const auto users = m_site.ask(ListUsers {});
        VERIFY_OK(users);
        const auto manager = std::ranges::find(users->users, "manager", &User::name);
        QVERIFY(manager != users->users.cend());
        QCOMPARE(manager->grants, (QList<Grant> {{.project = "main", .level = Level::Admin}}));
        QCOMPARE(m_site.ask(ListProjects {})->projects.size(), 2);
    }
};

QTEST_GUILESS_MAIN(TestPeople)
#include "tst_people.moc"
