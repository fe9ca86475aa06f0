#include "app/profiles/profilestore.h"
#include "backend/base/clock.h"
#include "backend/tls/authority.h"
#include "tests/support/verify.h"

#include <QtCore/QTemporaryDir>

using namespace Drover;

class TestProfileStore : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    ProfileStore m_store {m_folder.path() + "/drover"};

    static Profile profile(const QString &name)
    {
        Profile made;
        made.name = name;
        made.addresses = {{"db.example.org", 7443}, {"2001:db8::1", 17443}};
        made.user = "ada";
        made.project = "lab";
        return made;
    }

    void write(const QByteArray &toml)
    {
        QFile file(m_store.folder() + "/profiles.toml");
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(toml);
    }

    // A certificate to believe in.
    static Certificate authority();

private slots:
    void nobodyIsSignedInAtFirst()
    {
        const auto none = m_store.profiles();
        VERIFY_OK(none);
        QVERIFY(none->isEmpty());
        VERIFY_FAILS(m_store.profile({}), ErrorCode::NotSignedIn);
        QVERIFY(!QFile::exists(m_store.folder())); // reading makes nothing
    }

    void aProfileWithATunnelAndNoTokenIsKept()
    {
        ProfileStore store(m_store.folder() + "/tunnelled");
        Profile made = profile("far");
        made.authorities = {authority()};
        made.tunnel = TunnelSettings{.destination = "ops@gate", .daemon = {"10.0.0.7", 7443}, .options = {"-J", "hop"}};
        VERIFY_OK(store.save(made));
        VERIFY_FAILS(store.token("far"), ErrorCode::NotSignedIn);
        VERIFY_OK(store.save(made, "t"));
        VERIFY_OK(store.save(made)); // the token stays
        QCOMPARE(*store.token("far"), "t");
        const auto read = store.profile("far");
        VERIFY_OK(read);
        QCOMPARE(read->tunnel, made.tunnel);
        QFile file(store.folder() + "/profiles.toml");
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray wrong = file.readAll().replace("ops@gate", "");
        file.close();
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(wrong);
        file.close();
        const auto refused = store.profile("far");
        VERIFY_FAILS(refused, ErrorCode::Invalid);
        QCOMPARE(refused.error().problems.first().field, "destination");
    }

    void aProfileAndItsTokenAreKept()
    {
        Profile first = profile("lab");
        first.authorities = {authority()};
        VERIFY_OK(m_store.save(first, "secret-token"));
        VERIFY_OK(m_store.save(
            [] {
                Profile second = profile("other.example");
                second.authorities = {authority()};
                return second;
            }(),
            "second-token"));
        const auto read = m_store.profile({});
        VERIFY_OK(read);
        QCOMPARE(read->name, "lab"); // the first is the default
        QCOMPARE(printed(read->addresses), "db.example.org:7443, [2001:db8::1]:17443");
        QVERIFY(read->authorities == first.authorities);
        QCOMPARE(read->user, "ada");
        QCOMPARE(read->project, "lab");
        const auto token = m_store.token("lab");
        VERIFY_OK(token);
        QCOMPARE(*token, "secret-token");
    }

    void tokensAreForTheirOwnerAlone()
    {
        const QString file = m_store.folder() + "/tokens/lab";
        constexpr auto others = QFileDevice::ReadGroup | QFileDevice::WriteGroup | QFileDevice::ReadOther | QFileDevice::WriteOther;
        QCOMPARE(QFile::permissions(file) & others, QFileDevice::Permissions());
        QCOMPARE(QFile::permissions(m_store.folder() + "/tokens") & others, QFileDevice::Permissions());
        QFile profiles(m_store.folder() + "/profiles.toml");
        QVERIFY(profiles.open(QIODevice::ReadOnly));
        QVERIFY(!profiles.readAll().contains("secret-token"));
        QVERIFY(QFile::setPermissions(file, QFileDevice::ReadOwner | QFileDevice::ReadOther));
        VERIFY_FAILS(m_store.token("lab"), ErrorCode::NotPermitted);
        QVERIFY(QFile::setPermissions(file, QFileDevice::ReadOwner | QFileDevice::WriteOwner));
    }

    void theDefaultMovesAndGoesWithItsProfile()
    {
        VERIFY_OK(m_store.setDefault("other.example"));
        QCOMPARE(m_store.profile({})->name, "other.example");
        VERIFY_FAILS(m_store.setDefault("nobody"), ErrorCode::NotFound);
        VERIFY_OK(m_store.remove("other.example"));
        VERIFY_FAILS(m_store.token("other.example"), ErrorCode::NotSignedIn);
        QCOMPARE(m_store.profile({})->name, "lab");
        const auto gone = m_store.profile("other.example");
        VERIFY_FAILS(gone, ErrorCode::NotFound);
        QVERIFY(gone.error().message.contains("there are: lab"));
    }

    void namesThatAreNoFilesAreRefused_data()
    {
        QTest::addColumn<bool>("good");
        for (const char *name : {"lab", "a.b-c_9", "X"})
            QTest::newRow(name) << true;
        for (const char *name : {"../up", ".hidden", "a/b", "a b", "-x", "é"})
            QTest::newRow(name) << false;
        QTest::newRow("") << false;
        QTest::newRow(qPrintable(QString(61, 'a'))) << false;
    }

    void namesThatAreNoFilesAreRefused()
    {
        QFETCH(bool, good);
        QCOMPARE(ProfileStore::nameProblem(QTest::currentDataTag()).isEmpty(), good);
        if (!good)
            VERIFY_FAILS(m_store.save(profile(QTest::currentDataTag()), "t"), ErrorCode::Invalid);
    }

    void aBrokenFileIsNamedByLineAndField_data()
    {
        QTest::addColumn<QByteArray>("toml");
        QTest::addColumn<QString>("says");
        QTest::newRow("syntax") << QByteArray("default = \"a\"\n[profile.a\n") << "profiles.toml:2: ";
        QTest::newRow("no address") << QByteArray("[profile.a]\nuser = \"x\"\n") << "profiles.toml:1: addresses: a list of host:port is expected";
        QTest::newRow("bad address") << QByteArray("[profile.a]\naddresses = [\"x:y\"]\n") << "profiles.toml:2: addresses: ";
        QTest::newRow("bad authority") << QByteArray("[profile.a]\naddresses = [\"x\"]\nauthority = \"x\"\n") << "profiles.toml:3: authority: ";
        QTest::newRow("not UTF-8") << QByteArray("default = \"\xff\"\n") << "profiles.toml:1: ";
    }

    void aBrokenFileIsNamedByLineAndField()
    {
        QFETCH(QByteArray, toml);
        QFETCH(QString, says);
        write(toml);
        const auto profiles = m_store.profiles();
        VERIFY_FAILS(profiles, ErrorCode::Invalid);
        QVERIFY2(printed(profiles.error()).contains(says), qPrintable(printed(profiles.error())));
    }
};

Certificate TestProfileStore::authority()
{
    const auto made = Authority::create(SystemClock().now());
    return made->certificate();
}

QTEST_APPLESS_MAIN(TestProfileStore)
#include "tst_profilestore.moc"
