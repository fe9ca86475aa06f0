#include "backend/tls/certificatefolder.h"
#include "tests/support/fakeclock.h"
#include "tests/support/verify.h"

using namespace Drover;
using namespace std::chrono_literals;

class TestCertificateFolder : public QObject
{
    Q_OBJECT

    FakeClock m_clock;
    QTemporaryDir m_top;
    int m_count = 0;

    QString newPath() { return m_top.filePath(QString::number(++m_count)); }

    // A leaf and its CA as a site would bring them.
    QByteArray siteChain(const QStringList &hosts)
    {
        const Authority site = Authority::create(m_clock.now()).value();
        const PrivateKey key = PrivateKey::generate().value();
        const Certificate leaf = site.signServer(key, hosts, m_clock.now()).value();
        return toPem({leaf, site.certificate()}) + key.toPem().value();
    }

private slots:
    void whatWasCreatedIsOpenedAgain()
    {
        const QString path = newPath();
        const Result<CertificateFolder> made
            = CertificateFolder::create(path, {"a.example"}, m_clock.now());
        VERIFY_OK(made);
        const Result<CertificateFolder> opened = CertificateFolder::open(path);
        VERIFY_OK(opened);
        QCOMPARE(opened->pin(), made->pin());
        QCOMPARE(opened->identity().chain, made->identity().chain);
        VERIFY_OK(
            verifyServer(opened->identity().chain, opened->identity().authorities, m_clock.now()));
        QVERIFY(!opened->isGiven());
        QVERIFY(!opened->isRotating());
    }

    void anAuthorityIsNeverReplacedByMistake()
    {
        const QString path = newPath();
        VERIFY_OK(CertificateFolder::create(path, {}, m_clock.now()));
        VERIFY_FAILS(CertificateFolder::create(path, {}, m_clock.now()), ErrorCode::Conflict);
        VERIFY_FAILS(CertificateFolder::open(newPath()), ErrorCode::NotFound);
    }

    void aLeafIsDueAMonthBeforeItEndsAndWhenAHostIsNew()
    {
        FakeClock clock;
        Result<CertificateFolder> folder
            = CertificateFolder::create(newPath(), {"a.example"}, clock.now());
        VERIFY_OK(folder);
        QVERIFY(!folder->leafIsDue({"a.example"}, clock.now()));
        QVERIFY(folder->leafIsDue({"a.example", "b.example"}, clock.now()));
        clock.advance(std::chrono::days(336));
        QVERIFY(folder->leafIsDue({"a.example"}, clock.now()));
        const Pin before = folder->pin();
        VERIFY_OK(folder->renewLeaf({"a.example"}, clock.now()));
        QVERIFY(!folder->leafIsDue({"a.example"}, clock.now()));
        QCOMPARE(folder->pin(), before);
    }

    void twoAuthoritiesAreValidDuringRotation()
    {
        const QString path = newPath();
        Result<CertificateFolder> folder = CertificateFolder::create(path, {}, m_clock.now());
        VERIFY_OK(folder);
        const Certificate old = folder->authority().certificate();
        const QByteArray request = PrivateKey::generate()->certificateRequest().value();
        const Certificate oldMachine
            = folder->authority().signMachine(request, MachineId{7}, m_clock.now()).value();

        VERIFY_OK(folder->beginRotation({}, m_clock.now()));
        VERIFY_FAILS(folder->beginRotation({}, m_clock.now()), ErrorCode::Conflict);
        folder = CertificateFolder::open(path); // and it survives a restart
        VERIFY_OK(folder);
        QVERIFY(folder->isRotating());
        const ServerIdentity both = folder->identity();
        const Certificate successor = folder->authority().certificate();
        QVERIFY(successor != old);
        VERIFY_OK(verifyServer(both.chain, {old}, m_clock.now()));
        VERIFY_OK(verifyServer(both.chain, {successor}, m_clock.now()));
        VERIFY_OK(verifyMachine(oldMachine, both.authorities, m_clock.now()));
        QCOMPARE(authorityByPin(both.chain, folder->pin(), m_clock.now()).value(), successor);
        QCOMPARE(authorityByPin(both.chain, old.pin(), m_clock.now()).value(), old);

        VERIFY_OK(folder->endRotation());
        folder = CertificateFolder::open(path);
        VERIFY_OK(folder);
        const ServerIdentity after = folder->identity();
        VERIFY_FAILS(verifyServer(after.chain, {old}, m_clock.now()), ErrorCode::Untrusted);
        VERIFY_OK(verifyServer(after.chain, {successor}, m_clock.now()));
        VERIFY_FAILS(verifyMachine(oldMachine, after.authorities, m_clock.now()),
                     ErrorCode::Untrusted);
    }

    void aSitesOwnCertificateIsShownAndPinned()
    {
        const QString path = newPath();
        Result<CertificateFolder> folder = CertificateFolder::create(path, {}, m_clock.now());
        VERIFY_OK(folder);
        const Pin own = folder->pin();
        VERIFY_OK(folder->takeServer(siteChain({"ops.example"}), m_clock.now()));
        folder = CertificateFolder::open(path);
        VERIFY_OK(folder);
        QVERIFY(folder->isGiven());
        QVERIFY(folder->pin() != own);
        QVERIFY(!folder->leafIsDue({"elsewhere.example"}, m_clock.now()));
        VERIFY_OK(authorityByPin(folder->identity().chain, folder->pin(), m_clock.now()));
        // Agents are still ours.
        QCOMPARE(folder->identity().authorities.first().pin(), own);
    }

    void aSitesCertificateThatWouldLockClientsOutIsRefused()
    {
        Result<CertificateFolder> folder = CertificateFolder::create(newPath(), {}, m_clock.now());
        VERIFY_OK(folder);
        const QByteArray pem = siteChain({});
        const QByteArray another = siteChain({});
        const QByteArray end("-----END CERTIFICATE-----\n");
        const QByteArray key = pem.mid(pem.lastIndexOf(end) + end.size());
        VERIFY_FAILS(folder->takeServer("", m_clock.now()), ErrorCode::Invalid);
        VERIFY_FAILS(folder->takeServer(pem.left(pem.lastIndexOf(end) + end.size()), m_clock.now()),
                     ErrorCode::Invalid);
        VERIFY_FAILS(folder->takeServer(another.left(another.lastIndexOf(end) + end.size()) + key,
                                        m_clock.now()),
                     ErrorCode::Invalid);
        VERIFY_FAILS(
            folder->takeServer(pem.left(pem.indexOf(end) + end.size()) + key, m_clock.now()),
            ErrorCode::Invalid);
        VERIFY_FAILS(folder->takeServer(pem, m_clock.now() + std::chrono::days(400)),
                     ErrorCode::Untrusted);
        QVERIFY(!folder->isGiven());
    }
};

QTEST_GUILESS_MAIN(TestCertificateFolder)
#include "tst_certificatefolder.moc"
