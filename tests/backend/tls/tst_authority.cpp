#include "backend/tls/authority.h"
#include "backend/tls/privatefile.h"
#include "tests/support/fakeclock.h"
#include "tests/support/verify.h"

using namespace Drover;
using namespace std::chrono_literals;

class TestAuthority : public QObject
{
    Q_OBJECT

    FakeClock m_clock;

    Authority authority() const { return Authority::create(m_clock.now()).value(); }
    static PrivateKey key() { return PrivateKey::generate().value(); }

private slots:
    void aLeafNamesDroverAndWhatItWasGiven()
    {
        const Result<Certificate> leaf = authority().signServer(
            key(), {"build.example", "10.0.0.1", "2001:db8::1", "build.example"}, m_clock.now());
        VERIFY_OK(leaf);
        QCOMPARE(leaf->names(),
                 QStringList({"drover", "build.example", "10.0.0.1", "2001:db8:0:0:0:0:0:1"}));
        QCOMPARE(leaf->notAfter() - m_clock.now(), std::chrono::days(365));
        QVERIFY(!leaf->isAuthority());
    }

    void whatIsNoHostGetsIntoNoCertificate_data()
    {
        QTest::addColumn<QString>("host");
        QTest::newRow("another extension") << "a,IP:10.0.0.1";
        QTest::newRow("a wildcard") << "*.example";
        QTest::newRow("empty") << "";
        QTest::newRow("a newline") << "a\nb";
        QTest::newRow("too long") << QString(300, 'a');
        QTest::newRow("not ASCII") << QString::fromUtf8("drövér");
    }
    void whatIsNoHostGetsIntoNoCertificate()
    {
        QFETCH(QString, host);
        VERIFY_FAILS(authority().signServer(key(), {host}, m_clock.now()), ErrorCode::Invalid);
    }

    void aMachineIsKnownByItsCertificate()
    {
        const Authority ours = authority();
        const Result<Certificate> certificate
            = ours.signMachine(key().certificateRequest().value(), MachineId{42}, m_clock.now());
        VERIFY_OK(certificate);
        QCOMPARE(certificate->commonName(), "machine-42");
        const Result<MachineId> machine
            = verifyMachine(*certificate, {ours.certificate()}, m_clock.now());
        VERIFY_OK(machine);
        QCOMPARE(machine->value, 42);
    }

    void aMachineOfAnotherAuthorityIsNotBelieved()
    {
        const Result<Certificate> foreign = authority().signMachine(
            key().certificateRequest().value(), MachineId{42}, m_clock.now());
        VERIFY_OK(foreign);
        VERIFY_FAILS(verifyMachine(*foreign, {authority().certificate()}, m_clock.now()),
                     ErrorCode::Untrusted);
    }

    void aMachinesCertificateEnds()
    {
        const Authority ours = authority();
        const Certificate certificate
            = ours.signMachine(key().certificateRequest().value(), MachineId{1}, m_clock.now())
                  .value();
        m_clock.advance(std::chrono::days(366));
        VERIFY_FAILS(verifyMachine(certificate, {ours.certificate()}, m_clock.now()),
                     ErrorCode::Untrusted);
    }

    void aLeafIsNoMachineAndAMachineNoServer()
    {
        const Authority ours = authority();
        const Certificate leaf = ours.signServer(key(), {}, m_clock.now()).value();
        VERIFY_FAILS(verifyMachine(leaf, {ours.certificate()}, m_clock.now()),
                     ErrorCode::Untrusted);
        const Certificate machine
            = ours.signMachine(key().certificateRequest().value(), MachineId{1}, m_clock.now())
                  .value();
        VERIFY_FAILS(verifyServer({machine}, {ours.certificate()}, m_clock.now()),
                     ErrorCode::Untrusted);
    }

    void aRequestIsTakenOnlyWhenItIsWhole_data()
    {
        QTest::addColumn<QByteArray>("pem");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("text") << QByteArray("let me in");
        QTest::newRow("a key instead") << key().toPem().value();
        QTest::newRow("too large") << key().certificateRequest().value() + QByteArray(9000, '\n');
        // A bit of the signature is turned: nobody asks for a certificate over another's key.
        QByteArray forged = key().certificateRequest().value();
        const qsizetype at = forged.indexOf("-----END") - 12;
        forged[at] = forged[at] == 'A' ? 'B' : 'A';
        QTest::newRow("forged") << forged;
    }
    void aRequestIsTakenOnlyWhenItIsWhole()
    {
        QFETCH(QByteArray, pem);
        const Result<Certificate> certificate
            = authority().signMachine(pem, MachineId{1}, m_clock.now());
        QVERIFY(!certificate);
        QVERIFY(certificate.error().code != ErrorCode::Internal);
    }

    void thePinIsTheHashOfTheKey()
    {
        const Authority ours = authority();
        const Pin pin = ours.certificate().pin();
        QCOMPARE(pin.printed().size(), 43);
        QCOMPARE(Pin::parse(pin.printed()).value(), pin);
        VERIFY_FAILS(Pin::parse(pin.printed().left(42)), ErrorCode::Invalid);
        VERIFY_FAILS(Pin::parse(pin.printed().left(42) + "!"), ErrorCode::Invalid);
        // By OpenSSL's own programs, as the manual tells people to check it.
        QProcess openssl;
        openssl.start("sh",
                      {"-c",
                       "openssl x509 -noout -pubkey | openssl pkey -pubin -outform DER"
                       " | openssl dgst -sha256 -binary | base64 -w0 | tr '+/' '-_'"});
        openssl.write(ours.certificate().toPem());
        openssl.closeWriteChannel();
        QVERIFY(openssl.waitForFinished());
        QCOMPARE(QString(openssl.readAll()).remove('='), pin.printed());
    }

    void atJoiningTheAuthorityIsTakenByItsPin()
    {
        const Authority ours = authority();
        const Certificate leaf = ours.signServer(key(), {}, m_clock.now()).value();
        const QList<Certificate> chain{leaf, ours.certificate()};
        const Result<Certificate> found
            = authorityByPin(chain, ours.certificate().pin(), m_clock.now());
        VERIFY_OK(found);
        QCOMPARE(*found, ours.certificate());

        VERIFY_FAILS(authorityByPin(chain, authority().certificate().pin(), m_clock.now()),
                     ErrorCode::Untrusted);
        VERIFY_FAILS(authorityByPin(chain, Pin{}, m_clock.now()), ErrorCode::Untrusted);
        VERIFY_FAILS(authorityByPin({}, ours.certificate().pin(), m_clock.now()),
                     ErrorCode::Untrusted);
        // The right CA beside a leaf that it did not sign: anybody can show a CA's certificate.
        const Certificate other = authority().signServer(key(), {}, m_clock.now()).value();
        VERIFY_FAILS(
            authorityByPin({other, ours.certificate()}, ours.certificate().pin(), m_clock.now()),
            ErrorCode::Untrusted);
        // A leaf's own key hash makes it no authority.
        VERIFY_FAILS(authorityByPin(chain, leaf.pin(), m_clock.now()), ErrorCode::Untrusted);
    }

    void keysSurviveTheirText()
    {
        const PrivateKey made = key();
        const Result<PrivateKey> read = PrivateKey::fromPem(made.toPem().value());
        VERIFY_OK(read);
        QCOMPARE(read->toPem().value(), made.toPem().value());
        VERIFY_FAILS(
            PrivateKey::fromPem("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
            ErrorCode::Invalid);
    }

    void whatIsBrokenInTheMiddleIsNoList()
    {
        const QByteArray pem = authority().certificate().toPem();
        QCOMPARE(Certificate::listFromPem(pem + pem)->size(), 2);
        VERIFY_FAILS(Certificate::listFromPem(pem + pem.left(200)), ErrorCode::Invalid);
        VERIFY_FAILS(Certificate::listFromPem(pem + QByteArray(pem).replace("M", "!")),
                     ErrorCode::Invalid);
        VERIFY_FAILS(Certificate::listFromPem("nothing"), ErrorCode::Invalid);
        VERIFY_FAILS(Certificate::listFromPem(pem.repeated(17)), ErrorCode::TooLarge);
    }

    void privateFilesAreTheOwnersAlone()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath("key.pem");
        VERIFY_OK(writePrivateFile(path, "first"));
        VERIFY_OK(writePrivateFile(path, "second"));
        QCOMPARE(readPrivateFile(path).value(), "second");
        constexpr auto others
            = QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther;
        QVERIFY(!(QFile::permissions(path) & others));
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden), QStringList("key.pem"));

        QVERIFY(QFile::setPermissions(path, QFile::permissions(path) | QFile::ReadOther));
        VERIFY_FAILS(readPrivateFile(path), ErrorCode::NotPermitted);
        VERIFY_FAILS(readPrivateFile(folder.filePath("absent")), ErrorCode::NotFound);
        VERIFY_FAILS(writePrivateFile(folder.filePath("no/folder"), "x"), ErrorCode::Io);
    }
};

QTEST_GUILESS_MAIN(TestAuthority)
#include "tst_authority.moc"
