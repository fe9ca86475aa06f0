#include "backend/link/authorityfetch.h"
#include "backend/protocol/userrequests.h"
#include "tests/system/site.h"
#include "ui/connect/addserversheet.h"
#include "ui/console.h"
#include "ui/pseudotranslator.h"
#include "ui/shell/banner.h"
#include "ui/shell/serverlink.h"
#include "ui/shell/sheets.h"
#include "ui/shell/tabarea.h"
#include "ui/shell/workspace.h"
#include "ui/views.h"

#include <QtWidgets/QApplication>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>

using namespace Drover;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr int patience = 60'000;

/// A daemon, and a folder that knows it under the name "here".
struct Ground
{
    Site site;
    QTemporaryDir folder;

    bool begin()
    {
        if (!site.init() || !site.startDaemon())
            return false;
        const Result<InvitationLink> link = InvitationLink::parse(site.invitation());
        if (!link)
            return false;
        QObject waiting;
        std::optional<Result<Certificate>> authority;
        fetchAuthority(link->addresses, link->pin, 20s, &waiting, [&](const Result<Certificate> &found) { authority = found; });
        if (!QTest::qWaitFor([&] { return authority.has_value(); }, patience) || !*authority)
            return false;
        const Profile profile{.name = u"here"_s, .addresses = link->addresses, .authorities = {**authority}, .user = u"admin"_s};
        return ProfileStore(folder.path()).save(profile, site.token()).has_value();
    }
};

bool live(Console &console)
{
    return QTest::qWaitFor([&] {
        return console.window().current() && console.window().current()->link().isOnline() && console.window().current()->link().level();
    }, patience);
}

void run(Console &console, const QString &id)
{
    console.window().updateActions();
    console.window().actions().find(id)->trigger();
}

} // namespace

class TestConsole : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { QVERIFY(m_place.begin()); }

    void aProfileOfTheCommandLineIsEnough()
    {
        Console console(ProfileStore(m_place.folder.path()), viewKinds());
        console.start({});
        QVERIFY(live(console));
        QCOMPARE(console.window().current()->name(), QString("here"));
        QCOMPARE(console.window().current()->link().status().user, QString("admin"));
    }

    void everythingIsHeldAndGoesOnAgain()
    {
        Console console(ProfileStore(m_place.folder.path()), viewKinds());
        console.start({});
        QVERIFY(live(console));
        run(console, "server.hold");
        QTRY_VERIFY_WITH_TIMEOUT(console.window().topBar().hold()->isHeld(), patience);
        QVERIFY(m_place.site.askUntilAnswered(GetStatus{}).held);
        run(console, "server.hold");
        QTRY_VERIFY_WITH_TIMEOUT(!console.window().topBar().hold()->isHeld(), patience);
    }

    void aDaemonThatDiesIsToldOfAndComesBack()
    {
        Console console(ProfileStore(m_place.folder.path()), viewKinds());
        console.start({});
        QVERIFY(live(console));
        BannerArea *banners = console.window().current()->tabs().banners();
        m_place.site.killDaemon();
        QTRY_VERIFY_WITH_TIMEOUT(banners->ids().contains("stale"), patience);
        console.window().updateActions();
        QVERIFY(console.window().actions().find(u"server.hold"_s)->blockedBy().contains("Not connected"));
        QVERIFY(console.window().actions().find(u"server.reconnect"_s)->isEnabled());
        QVERIFY(m_place.site.startDaemon());
        QTRY_VERIFY_WITH_TIMEOUT(!banners->ids().contains("stale"), patience);
        QVERIFY(live(console));
    }

    void aTokenThatIsNotGoodIsSaid()
    {
        QTemporaryDir folder;
        ProfileStore known(m_place.folder.path());
        ProfileStore store(folder.path());
        QVERIFY(store.save(*known.profile(u"here"_s), u"not-a-token"_s).has_value());
        Console console(store, viewKinds());
        console.start({});
        QTRY_VERIFY_WITH_TIMEOUT(console.window().current()->tabs().banners()->ids().contains("refused"), patience);
        QVERIFY(!console.window().current()->link().whyNoChange().isEmpty());
    }

    void anInvitationAddsAServer()
    {
        InviteUser request;
        request.name = u"ada"_s;
        request.grant = Grant{.project = u"*"_s, .level = Level::Operator};
        const Result<Invitation> invited = m_place.site.ask(request);
        if (!invited)
            QFAIL(qPrintable(invited.error().message));
        QTemporaryDir folder;
        Console console(ProfileStore(folder.path()), viewKinds());
        console.start({});
        QVERIFY(console.window().findChild<QPushButton *>(u"addServer"_s)->isVisible()); // the first start
        console.openLink(invited->link);
        auto *sheet = qobject_cast<AddServerSheet *>(console.window().sheets().top());
        QVERIFY(sheet);
        sheet->findChild<QPushButton *>(u"confirm"_s)->click();
        QVERIFY(live(console));
        QCOMPARE(console.window().current()->link().status().user, QString("ada"));
        QVERIFY(!console.window().sheets().isOpen());
    }

    void pseudoTextKeepsItsMarkers()
    {
        const QString text = PseudoTranslator::pseudo(u"%1 of %n rows"_s);
        QVERIFY(text.startsWith('[') && text.endsWith(']'));
        QVERIFY(text.contains("%1") && text.contains("%n"));
        QVERIFY(text.size() > 16);
    }

private:
    Ground m_place;
};

QTEST_MAIN(TestConsole)
#include "tst_console.moc"
