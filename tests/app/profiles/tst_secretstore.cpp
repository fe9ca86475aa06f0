#include "app/profiles/secretstore.h"
#include "tests/support/verify.h"

#include <QtCore/QProcess>
#include <QtCore/QTemporaryDir>

using namespace Drover;

namespace {

template<typename T>
Result<T> waitFor(const std::optional<Result<T>> &answer)
{
    if (!QTest::qWaitFor([&] { return answer.has_value(); }, 20'000))
        return fail(ErrorCode::TimedOut, "no answer in the test's time");
    return *answer;
}

Result<Secret> readFrom(SecretStore &store, const QString &profile)
{
    std::optional<Result<Secret>> answer;
    store.read(profile, &store, [&](const Result<Secret> &secret) { answer = secret; });
    return waitFor(answer);
}

Result<void> writeTo(SecretStore &store, const QString &profile, const Secret &secret)
{
    std::optional<Result<void>> answer;
    store.write(profile, secret, &store, [&](const Result<void> &written) { answer = written; });
    return waitFor(answer);
}

Result<void> removeFrom(SecretStore &store, const QString &profile)
{
    std::optional<Result<void>> answer;
    store.remove(profile, &store, [&](const Result<void> &removed) { answer = removed; });
    return waitFor(answer);
}

void writeToken(const QString &folder, const QString &profile, const QByteArray &token)
{
    QDir().mkpath(folder + "/tokens");
    QFile file(folder + "/tokens/" + profile);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    file.write(token + '\n');
}

} // namespace

/// Runs inside a session with a key ring of its own; started by the other test.
class InsideKeyRing : public QObject
{
    Q_OBJECT

private slots:
    void aRingKeepsSecretsAndNoFileDoes()
    {
        QTemporaryDir folder;
        {
            SecretStore store(folder.path());
            VERIFY_OK(writeTo(store, "main", {.token = "t1", .password = {}}));
            QCOMPARE(store.place(), SecretStore::Place::KeyRing);
            QVERIFY(store.whyFile().isEmpty());
        }
        SecretStore store(folder.path());
        const auto secret = readFrom(store, "main");
        VERIFY_OK(secret);
        QCOMPARE(secret->token, "t1");
        QVERIFY(!QFile::exists(folder.filePath("secrets/main")));
        VERIFY_FAILS(readFrom(store, "other"), ErrorCode::NotSignedIn);
        writeToken(folder.path(), "cli", "t2");
        QCOMPARE(readFrom(store, "cli")->token, "t2"); // that of the command line
        VERIFY_OK(removeFrom(store, "main"));
        VERIFY_OK(removeFrom(store, "main"));
        VERIFY_FAILS(readFrom(store, "main"), ErrorCode::NotSignedIn);
    }
};

class TestSecretStore : public QObject
{
    Q_OBJECT

    /// Runs the tests of the other class in a session bus of its own, after `prepare`.
    static void runInSession(const QByteArray &prepare, QProcess &session, const QTemporaryDir &home)
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        const QString runtime = home.filePath("runtime");
        QVERIFY(QDir().mkpath(runtime));
        QFile::setPermissions(runtime, QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner);
        environment.insert("HOME", home.path());
        environment.insert("XDG_DATA_HOME", home.filePath("data"));
        environment.insert("XDG_RUNTIME_DIR", runtime);
        environment.insert("DROVER_INSIDE_KEY_RING", "1");
        session.setProcessEnvironment(environment);
        session.setProcessChannelMode(QProcess::MergedChannels);
        session.start("dbus-run-session", {"--", "sh", "-c", prepare + " exec \"$0\"", QCoreApplication::applicationFilePath()});
        QVERIFY2(session.waitForStarted(), "install dbus and gnome-keyring (packaging/test does)");
        QVERIFY(session.waitForFinished(60'000));
    }

private slots:
    void initTestCase() { qunsetenv("DBUS_SESSION_BUS_ADDRESS"); }

    void aRealKeyRingIsUsed()
    {
        QTemporaryDir home;
        QProcess session;
        runInSession("printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null;", session, home);
        QVERIFY2(session.exitCode() == 0, session.readAll());
    }

    void withoutARingAFileOfTheOwnerKeepsThemAndSaysWhy()
    {
        QTemporaryDir folder;
        SecretStore store(folder.path());
        QCOMPARE(store.place(), SecretStore::Place::Unknown);
        QSignalSpy placed(&store, &SecretStore::placeChanged);
        VERIFY_OK(writeTo(store, "main", {.token = {}, .password = "ähm \"quoted\""}));
        QCOMPARE(store.place(), SecretStore::Place::File);
        QCOMPARE(placed.size(), 1);
        QVERIFY2(store.whyFile().contains("key ring"), qPrintable(store.whyFile()));
        const QFileInfo file(folder.filePath("secrets/main"));
        QCOMPARE(file.permissions() & (QFileDevice::ReadGroup | QFileDevice::ReadOther), QFileDevice::Permissions());
        const auto secret = readFrom(store, "main");
        VERIFY_OK(secret);
        QCOMPARE(secret->password, "ähm \"quoted\"");
        VERIFY_OK(removeFrom(store, "main"));
        VERIFY_FAILS(readFrom(store, "main"), ErrorCode::NotSignedIn);
    }

    void aTokenOfTheCommandLineIsFoundAndLeftThere()
    {
        QTemporaryDir folder;
        writeToken(folder.path(), "main", "t9");
        SecretStore store(folder.path());
        QCOMPARE(readFrom(store, "main")->token, "t9");
        QVERIFY(QFile::exists(folder.filePath("tokens/main")));
    }

    void aFileThatOthersMayReadIsNoSecret()
    {
        QTemporaryDir folder;
        writeToken(folder.path(), "main", "t9");
        QFile::setPermissions(folder.filePath("tokens/main"), QFileDevice::ReadOwner | QFileDevice::ReadOther);
        SecretStore store(folder.path());
        VERIFY_FAILS(readFrom(store, "main"), ErrorCode::NotPermitted);
    }
};

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    if (qEnvironmentVariableIsSet("DROVER_INSIDE_KEY_RING")) {
        InsideKeyRing inside;
        return QTest::qExec(&inside, argc, argv);
    }
    TestSecretStore test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_secretstore.moc"
