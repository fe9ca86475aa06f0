// packaging/quickstart as a newcomer runs it, with the programs of this build: real daemon, real agent,
// real documents.
#include <QtCore/QCryptographicHash>
#include <QtCore/QDir>
#include <QtCore/QElapsedTimer>
#include <QtCore/QFile>
#include <QtCore/QProcess>
#include <QtCore/QRegularExpression>
#include <QtCore/QTemporaryDir>
#include <QtNetwork/QTcpServer>
#include <QtTest/QtTest>

class TestQuickstart : public QObject
{
    Q_OBJECT

    struct Outcome
    {
        int status = -1;
        QString out;
        QString error;
    };

    QTemporaryDir m_home;
    quint16 m_port = 0;

    QString state(const QString &path) const { return m_home.filePath("state/drover/" + path); }

    Outcome quickstart(const QStringList &options)
    {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("HOME", m_home.path());
        environment.insert("XDG_STATE_HOME", m_home.filePath("state"));
        environment.insert("XDG_CONFIG_HOME", m_home.filePath("config"));
        process.setProcessEnvironment(environment);
        process.start(DROVER_SOURCE_DIR "/packaging/quickstart", QStringList {"--no-console", "--programs", DROVER_BIN_DIR} + options);
        if (!process.waitForFinished(100'000))
            process.kill();
        return {process.exitCode(), QString::fromUtf8(process.readAllStandardOutput()), QString::fromUtf8(process.readAllStandardError())};
    }

    static QString read(const QString &path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
    }

    // Not one that has ended and that nobody has asked for its status.
    static bool isRunning(int process)
    {
        const QString status = read(QString("/proc/%1/stat").arg(process)).section(") ", -1);
        return !status.isEmpty() && !status.startsWith('Z');
    }

    int processOf(const QString &program) const { return read(state("run/" + program + ".pid")).section(' ', 0, 0).toInt(); }

private slots:
    void initTestCase()
    {
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        m_port = server.serverPort();
    }

    void cleanupTestCase()
    {
        quickstart({"--stop"});
        // Those of a root agent lie elsewhere.
        const QFileInfoList results = QDir(state("results")).entryInfoList(QDir::Dirs | QDir::NoDotAndDotDot);
        for (const QFileInfo &folder : results) {
            if (folder.isSymLink())
                QDir(folder.symLinkTarget()).removeRecursively();
        }
    }

    void theFirstRunStartsEverythingAndProcessesDocuments()
    {
        const Outcome outcome = quickstart({"--files", "20", "--port", QString::number(m_port)});
        QVERIFY2(outcome.status == 0, qPrintable(outcome.out + outcome.error));
        QVERIFY2(outcome.out.contains("All 21 tasks succeeded"), qPrintable(outcome.out));
        QVERIFY2(outcome.out.contains("documents    20,"), qPrintable(outcome.out));
    }

    void everyDocumentIsCompressedCountedAndChecksummed()
    {
        const QString results = read(state("last-results")).trimmed();
        QStringList rows = read(results + "/all.table").split('\n', Qt::SkipEmptyParts);
        QCOMPARE(rows.size(), 21);
        rows.removeFirst();
        for (const QString &row : std::as_const(rows)) {
            const QStringList cells = row.split('\t');
            QCOMPARE(cells.size(), 5);
            QProcess plain;
            plain.start("zcat", {"-f", cells.at(4)});
            QVERIFY(plain.waitForFinished());
            const QByteArray text = plain.readAllStandardOutput();
            QCOMPARE(cells.at(1).toLongLong(), text.size());
            QCOMPARE(cells.at(3), QString(QCryptographicHash::hash(text, QCryptographicHash::Sha256).toHex()));
        }
        QCOMPARE(QDir(results).entryList({"*.gz"}).size(), 20);
    }

    void aSecondRunSaysWhatRunsAndStartsNothing()
    {
        const int daemon = processOf("droverd");
        const int agent = processOf("drover-agent");
        const Outcome outcome = quickstart({});
        QVERIFY2(outcome.status == 0, qPrintable(outcome.out + outcome.error));
        QVERIFY(outcome.out.contains(QString("droverd: running already (process %1)").arg(daemon)));
        QVERIFY(outcome.out.contains(QString("drover-agent: running already (process %1)").arg(agent)));
    }

    void whatIsNotRunningIsStartedAgain()
    {
        const int agent = processOf("drover-agent");
        const int daemon = processOf("droverd");
        QVERIFY(isRunning(daemon));
        QCOMPARE(QProcess::execute("kill", {"-KILL", QString::number(daemon)}), 0);
        QTRY_VERIFY(!isRunning(daemon));
        const Outcome outcome = quickstart({"--again", "--files", "5"});
        QVERIFY2(outcome.status == 0, qPrintable(outcome.out + outcome.error));
        QVERIFY(outcome.out.contains("droverd: started"));
        QCOMPARE(processOf("drover-agent"), agent);
        QVERIFY2(outcome.out.contains("All 6 tasks succeeded"), qPrintable(outcome.out));
    }

    void anotherPortIsRefusedWithTheRemedy()
    {
        const Outcome outcome = quickstart({"--port", QString::number(m_port == 1 ? 2 : m_port - 1)});
        QCOMPARE(outcome.status, 1);
        QVERIFY2(outcome.error.contains(QString("this installation uses port %1").arg(m_port)), qPrintable(outcome.error));
    }

    void stopEndsBothAndATakenPortIsNamed()
    {
        const int daemon = processOf("droverd");
        const int agent = processOf("drover-agent");
        QVERIFY(isRunning(daemon) && isRunning(agent));
        const Outcome stopped = quickstart({"--stop"});
        QVERIFY2(stopped.status == 0, qPrintable(stopped.out + stopped.error));
        QVERIFY(!isRunning(daemon) && !isRunning(agent));
        QTcpServer other;
        QVERIFY(other.listen(QHostAddress::LocalHost, m_port));
        const Outcome refused = quickstart({});
        QCOMPARE(refused.status, 1);
        QVERIFY2(refused.error.contains(QString("port %1 of 127.0.0.1 is taken").arg(m_port)), qPrintable(refused.error));
        QVERIFY(!QFile::exists(state("run/droverd.pid")));
    }
};

QTEST_GUILESS_MAIN(TestQuickstart)
#include "tst_quickstart.moc"
