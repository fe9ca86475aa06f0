#include "backend/protocol/blobrequests.h"
#include "backend/protocol/machinerequests.h"
#include "backend/protocol/outputrequests.h"
#include "backend/protocol/submissionrequests.h"
#include "backend/protocol/taskrequests.h"
#include "backend/protocol/userrequests.h"
#include "tests/support/verify.h"
#include "tests/system/site.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QDirIterator>
#include <QtCore/QRandomGenerator>

#include <unistd.h>

using namespace Drover;
using namespace std::chrono_literals;

namespace {

constexpr qint64 large = 24 * 1024 * 1024;

QByteArray noise(qint64 size)
{
    QByteArray bytes(size, Qt::Uninitialized);
    QRandomGenerator random(7);
    random.generate(reinterpret_cast<quint32 *>(bytes.data()), reinterpret_cast<quint32 *>(bytes.data()) + size / 4);
    return bytes;
}

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("there is no " + path.toUtf8());
}

QString hashOf(const QByteArray &bytes)
{
    return QString::fromLatin1(QCryptographicHash::hash(bytes, QCryptographicHash::Blake2b_256).toHex());
}

} // namespace

/// Files that tasks take and leave, with the real programs, which are killed in between.
class TestData : public QObject
{
    Q_OBJECT

    struct Ran
    {
        int status = -1;
        QString out;
        QString err;
    };

    static bool begin(Site &site, const QStringList &daemonOptions = {}, int agents = 1)
    {
        site.setDaemonOptions(daemonOptions);
        if (!site.init() || !site.startDaemon())
            return false;
        for (int i = 0; i < agents; ++i) {
            if (!site.addAgent(2))
                return false;
        }
        const auto invited = site.ask(InviteUser {.name = "ada", .grant = {.project = "main", .level = Level::Operator, .readsOutputs = true, .readsSecrets = false}});
        return invited && drover(site, {"login", invited->link}).status == 0;
    }

    static std::unique_ptr<QProcess> started(Site &site, const QStringList &arguments)
    {
        auto process = std::make_unique<QProcess>();
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        for (const char *name : {"XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "HOME"})
            environment.insert(name, site.path("home"));
        process->setProcessEnvironment(environment);
        process->setWorkingDirectory(site.path("."));
        process->start(DROVER_BIN_DIR "/drover", arguments);
        return process;
    }

    static Ran end(QProcess &process)
    {
        if (!process.waitForFinished(120'000))
            return {};
        return {process.exitCode(), QString::fromUtf8(process.readAllStandardOutput()), QString::fromUtf8(process.readAllStandardError())};
    }

    static Ran drover(Site &site, const QStringList &arguments, const QByteArray &input = {})
    {
        const auto process = started(site, arguments);
        process->write(input);
        process->closeWriteChannel();
        return end(*process);
    }

    static void write(Site &site, const QString &name, const QByteArray &bytes)
    {
        QFile file(site.path(name));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
    }

    /// Bytes of uploads that have begun.
    static qint64 incoming(Site &site)
    {
        qint64 bytes = 0;
        QDirIterator files(site.path("data/blobs/incoming"), QDir::Files);
        while (files.hasNext()) {
            files.next();
            bytes += files.fileInfo().size();
        }
        return bytes;
    }

    static int put(Site &site, const QString &hash, const QByteArray &bytes, const QByteArray &token)
    {
        QNetworkAccessManager network;
        QNetworkRequest request(QUrl(QString("https://127.0.0.1:%1/blob/%2").arg(site.port()).arg(hash)));
        request.setRawHeader("Authorization", "Bearer " + token);
        request.setHeader(QNetworkRequest::ContentTypeHeader, "application/octet-stream");
        std::unique_ptr<QNetworkReply> reply(network.put(request, bytes));
        reply->ignoreSslErrors();
        if (!QTest::qWaitFor([&] { return reply->isFinished(); }, 20'000))
            return -1;
        return reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    }

    static int get(Site &site, const QString &hash, const QString &query, const QByteArray &token, QByteArray *bytes = nullptr,
                   const QByteArray &range = {})
    {
        QNetworkAccessManager network;
        QNetworkRequest request(QUrl(QString("https://127.0.0.1:%1/blob/%2?%3").arg(site.port()).arg(hash, query)));
        request.setRawHeader("Authorization", "Bearer " + token);
        if (!range.isEmpty())
            request.setRawHeader("Range", range);
        std::unique_ptr<QNetworkReply> reply(network.get(request));
        reply->ignoreSslErrors();
        if (!QTest::qWaitFor([&] { return reply->isFinished(); }, 20'000))
            return -1;
        if (bytes)
            *bytes = reply->readAll();
        return reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    }

    static TaskDetail detail(Site &site, qint64 id) { return site.askUntilAnswered(GetTask {TaskId {id}}); }

private slots:
    void inputsComeAndOutputsGoBack()
    {
        Site site;
        QVERIFY(begin(site, {}, 2));
        write(site, "a.txt", "alpha\n");
        write(site, "b.txt", "beta\n");
        write(site, "ref.txt", "reference\n");
        const Ran submitted = drover(site, {"submit", "--each", "a.txt", "b.txt", "--input", "{}", "--shared-input", "ref.txt=lib/ref",
                                            "--output", "out/**", "--output", "*.n", "--wait", "--shell",
                                            "mkdir -p $OUTPUT/out/deep && cat $INPUT/* $RESOURCE/lib/ref > $OUTPUT/out/deep/sum"
                                            " && echo {n} > $OUTPUT/{name}.n && touch $OUTPUT/not-this"});
        QVERIFY2(submitted.status == 0, qPrintable(submitted.out + submitted.err));
        const Ran listed = drover(site, {"outputs", "2"});
        QVERIFY2(listed.out.contains("b.txt.n") && listed.out.contains("out/deep/sum"), qPrintable(listed.out + listed.err));
        QVERIFY(!listed.out.contains("not-this"));
        const Ran brought = drover(site, {"outputs", "2", "--to", "results"});
        QVERIFY2(brought.status == 0, qPrintable(brought.out + brought.err));
        QCOMPARE(contentOf(site.path("results/out/deep/sum")), "beta\nreference\n");
        QCOMPARE(contentOf(site.path("results/b.txt.n")), "2\n");
        // What this user has handed in is not sent again, and an output is an input of the next.
        const auto outputs = site.ask(GetTaskOutputs {.task = TaskId {1}});
        VERIFY_OK(outputs);
        QVERIFY(outputs->isResult);
        QCOMPARE(outputs->files.size(), 2);
        const Ran next = drover(site, {"submit", "--input", outputs->files[1].source + "=sum", "--wait", "--", "grep", "alpha", "sum"});
        QVERIFY(next.status != 0); // it lies in INPUT, not in the working folder
        const Ran shell = drover(site, {"submit", "--input", outputs->files[1].source + "=sum", "--wait", "--shell", "grep alpha $INPUT/sum"});
        QVERIFY2(shell.status == 0, qPrintable(shell.out + shell.err));
    }

    void aDaemonKilledDuringAnUploadGoesOnWhereItWas()
    {
        Site site;
        QVERIFY(begin(site));
        const QByteArray bytes = noise(large);
        write(site, "big", bytes);
        const auto submit = started(site, {"submit", "--input", "big", "--wait", "--shell", "sha256sum < $INPUT/big"});
        QTRY_VERIFY_WITH_TIMEOUT(incoming(site) > 1'000'000, 30'000);
        site.killDaemon();
        const qint64 there = incoming(site);
        QVERIFY(site.startDaemon());
        const Ran ran = end(*submit);
        QVERIFY2(ran.status == 0, qPrintable(ran.out + ran.err));
        QVERIFY(there > 0);
        QCOMPARE(QFileInfo(site.path("data/blobs/" + hashOf(bytes).left(2) + '/' + hashOf(bytes))).size(), large);
        QCOMPARE(QString::fromUtf8(site.askUntilAnswered(ReadOutput {.task = TaskId {1}}).data).section(' ', 0, 0),
                 QString::fromLatin1(QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex()));
    }

    void anAgentKilledWhileCollectingLosesNoOutput()
    {
        Site site;
        QVERIFY(begin(site));
        Submit submit;
        submit.batch = "b";
        TaskSpec spec;
        spec.shell = QString("head -c %1 /dev/urandom > $OUTPUT/big; sha256sum < $OUTPUT/big").arg(4 * large);
        spec.outputs = {{.source = "big", .name = {}}};
        submit.tasks = {spec};
        VERIFY_OK(site.ask(submit));
        QTRY_VERIFY_WITH_TIMEOUT(incoming(site) > 0, 30'000);
        QCOMPARE(enumText(detail(site, 1).task.state), "collecting");
        site.killAgent(0);
        QVERIFY(site.startAgent(0));
        QTRY_COMPARE_WITH_TIMEOUT(enumText(detail(site, 1).task.state), "succeeded", 60'000);
        QCOMPARE(detail(site, 1).task.lastAttempt, 1);
        QCOMPARE(drover(site, {"outputs", "1", "--to", "r"}).status, 0);
        QCOMPARE(QString::fromUtf8(site.ask(ReadOutput {.task = TaskId {1}})->data).section(' ', 0, 0),
                 QString::fromLatin1(QCryptographicHash::hash(contentOf(site.path("r/big")), QCryptographicHash::Sha256).toHex()));
    }

    void whatWasNotLeftIsSaid()
    {
        Site site;
        QVERIFY(begin(site));
        Submit submit;
        TaskSpec spec;
        spec.shell = "ln -s /etc/passwd $OUTPUT/a.txt; echo done";
        spec.outputs = {{.source = "*.txt", .name = {}}};
        submit.tasks = {spec};
        VERIFY_OK(site.ask(submit));
        QTRY_COMPARE_WITH_TIMEOUT(enumText(detail(site, 1).task.state), "failed", 30'000);
        QCOMPARE(enumText(detail(site, 1).task.endReason), "output-failed");
        QCOMPARE(detail(site, 1).task.lastLine, "it left nothing that matches *.txt");
        // A task that fails by itself says so, and what it has left is kept with the attempt.
        spec.shell = "echo half > $OUTPUT/half.txt; exit 3";
        submit.tasks = {spec};
        VERIFY_OK(site.ask(submit));
        QTRY_COMPARE_WITH_TIMEOUT(enumText(detail(site, 2).task.state), "failed", 30'000);
        QCOMPARE(enumText(detail(site, 2).task.endReason), "exited");
        QCOMPARE(site.ask(GetTaskOutputs {.task = TaskId {2}, .n = 1})->files.value(0).name, "half.txt");
    }

    void aHashAloneGrantsNothing()
    {
        Site site;
        QVERIFY(begin(site));
        const QByteArray admin = site.token().toUtf8();
        const QString hash = hashOf("secret\n");
        QCOMPARE(put(site, hash, "secret\n", "nobody's"), 401);
        QCOMPARE(put(site, hash, "another\n", admin), 400);
        QCOMPARE(put(site, "abc", "secret\n", admin), 400);
        QVERIFY(!QFile::exists(site.path("data/blobs/" + hash.left(2) + '/' + hash)));
        QCOMPARE(put(site, hash, "secret\n", admin), 201);
        Submit submit;
        TaskSpec spec;
        spec.shell = "cat $INPUT/secret";
        spec.inputs = {{.source = "blob:" + hash, .name = "secret"}};
        submit.tasks = {spec};
        VERIFY_OK(site.ask(CreateProject {.name = "lab"}));
        submit.project = "lab";
        VERIFY_OK(site.ask(submit));
        // Ada is an operator of main, knows the hash, and may neither read nor use it.
        const Ran used = drover(site, {"submit", "--input", "blob:" + hash + "=x", "--", "true"});
        QVERIFY2(used.status != 0 && used.err.contains("you have not handed in"), qPrintable(used.err));
        QCOMPARE(get(site, hash, "task=1", admin), 200);
        QCOMPARE(get(site, hash, "task=2", admin), 404);
        QCOMPARE(get(site, hash, "", admin), 404);
        QByteArray rest;
        QCOMPARE(get(site, hash, "task=1", admin, &rest, "bytes=3-"), 206);
        QCOMPARE(rest, "ret\n");
        // What she has got herself she may hand in and use.
        write(site, "mine", "secret\n");
        QCOMPARE(drover(site, {"submit", "--input", "mine", "--wait", "--shell", "grep secret $INPUT/mine"}).status, 0);
    }

    void aFullQuotaIsSaidAndAnOldFileIsCollected()
    {
        Site site;
        QVERIFY(begin(site, {"--set", "blobs.quota=100kB", "--set", "blobs.keep=1s"}));
        write(site, "big", noise(200'000));
        const Ran refused = drover(site, {"submit", "--input", "big", "--", "true"});
        QVERIFY2(refused.status != 0 && refused.err.contains("blobs.quota"), qPrintable(refused.err));
        Submit submit;
        TaskSpec spec;
        spec.shell = "head -c 200000 /dev/zero > $OUTPUT/big";
        spec.outputs = {{.source = "big", .name = {}}};
        submit.tasks = {spec};
        VERIFY_OK(site.ask(submit));
        QTRY_COMPARE_WITH_TIMEOUT(enumText(detail(site, 1).task.endReason), "output-failed", 30'000);
        const QByteArray bytes = noise(80'000);
        const QString path = site.path("data/blobs/" + hashOf(bytes).left(2) + '/' + hashOf(bytes));
        QCOMPARE(put(site, hashOf(bytes), bytes, site.token().toUtf8()), 201);
        QVERIFY(QFile::exists(path));
        QTRY_VERIFY_WITH_TIMEOUT(!QFile::exists(path), 20'000);
        QCOMPARE(put(site, hashOf(bytes), bytes, site.token().toUtf8()), 201); // there is room again
    }

    void aFileThatIsGoneEndsTheTask()
    {
        Site site;
        QVERIFY(begin(site));
        const QString hash = hashOf("here\n");
        QCOMPARE(put(site, hash, "here\n", site.token().toUtf8()), 201);
        QVERIFY(QFile::remove(site.path("data/blobs/" + hash.left(2) + '/' + hash)));
        Submit submit;
        TaskSpec spec;
        spec.shell = "true";
        spec.inputs = {{.source = "blob:" + hash, .name = "x"}};
        submit.tasks = {spec};
        VERIFY_OK(site.ask(submit));
        QTRY_COMPARE_WITH_TIMEOUT(enumText(detail(site, 1).task.endReason), "input-missing", 30'000);
    }

    void preparingAndCollectingHaveTheirTimes()
    {
        Site site;
        QVERIFY(begin(site));
        Submit submit;
        TaskSpec spec;
        spec.shell = QString("head -c %1 /dev/urandom > $OUTPUT/big").arg(8 * large);
        spec.outputs = {{.source = "big", .name = {}}};
        spec.timeouts.collect = 1ms;
        submit.tasks = {spec};
        VERIFY_OK(site.ask(submit));
        QTRY_COMPARE_WITH_TIMEOUT(enumText(detail(site, 1).task.endReason), "collect-timed-out", 60'000);
        const QByteArray bytes = noise(large);
        QCOMPARE(put(site, hashOf(bytes), bytes, site.token().toUtf8()), 201);
        spec = {};
        spec.shell = "true";
        spec.inputs = {{.source = "blob:" + hashOf(bytes), .name = "x"}};
        spec.timeouts.prepare = 1ms;
        submit.tasks = {spec};
        VERIFY_OK(site.ask(submit));
        QTRY_COMPARE_WITH_TIMEOUT(enumText(detail(site, 2).task.endReason), "prepare-timed-out", 60'000);
    }

    void aTaskRunsAsAUserThatTheMachineAllows()
    {
        if (geteuid() != 0)
            QSKIP("only an agent that is root can run a task as somebody else");
        Site site;
        QVERIFY(begin(site));
        Submit submit;
        TaskSpec spec;
        spec.shell = "id -un; id -gn; echo $HOME; cat $INPUT/x; echo $CPU $MEMORY > $OUTPUT/r; id -u >> $OUTPUT/r";
        spec.runAs = "nobody";
        const QString hash = hashOf("x\n");
        QCOMPARE(put(site, hash, "x\n", site.token().toUtf8()), 201);
        spec.inputs = {{.source = "blob:" + hash, .name = "x"}};
        spec.outputs = {{.source = "r", .name = {}}};
        submit.tasks = {spec};
        VERIFY_OK(site.ask(submit));
        QTRY_VERIFY_WITH_TIMEOUT(drover(site, {"explain", "1"}).out.contains("lets tasks run as nobody"), 30'000);
        const auto machines = site.ask(ListMachines {});
        VERIFY_OK(machines);
        VERIFY_OK(site.ask(SetMachine {.id = machines->machines.first().id, .runAs = QStringList {"nobody", "no-such-user"}}));
        QTRY_COMPARE_WITH_TIMEOUT(enumText(detail(site, 1).task.state), "succeeded", 30'000);
        QCOMPARE(QString::fromUtf8(site.ask(ReadOutput {.task = TaskId {1}})->data), "nobody\nnogroup\n/nonexistent\nx\n");
        QCOMPARE(drover(site, {"outputs", "1", "--to", "r"}).status, 0);
        QVERIFY(contentOf(site.path("r/r")).endsWith("\n65534\n"));
        // The next task has a folder of its own again.
        submit.tasks[0] = {};
        submit.tasks[0].shell = "touch here $OUTPUT/o && id -u";
        VERIFY_OK(site.ask(submit));
        QTRY_COMPARE_WITH_TIMEOUT(enumText(detail(site, 2).task.state), "succeeded", 30'000);
        spec.runAs = "no-such-user";
        submit.tasks = {spec};
        VERIFY_OK(site.ask(submit));
        QTRY_COMPARE_WITH_TIMEOUT(enumText(detail(site, 3).task.endReason), "could-not-start", 30'000);
        QCOMPARE(detail(site, 3).task.lastLine, "this machine has no user no-such-user");
        spec.runAs = "root";
        submit.tasks = {spec};
        QVERIFY(!site.ask(submit));
    }

    void whatRunsSaysHowFarItIs()
    {
        Site site;
        QVERIFY(begin(site));
        Submit submit;
        TaskSpec byFile;
        byFile.shell = "echo first; echo 43 reading > $DROVER_PROGRESS; sleep 600";
        TaskSpec byPattern;
        byPattern.shell = "echo at 10% done; echo at 70% done; sleep 600";
        byPattern.progress = "([0-9]+)% done";
        submit.tasks = {byFile, byPattern};
        VERIFY_OK(site.ask(submit));
        QTRY_COMPARE_WITH_TIMEOUT(detail(site, 1).gauge.value_or(AttemptGauge {}).progress, 43.0, 30'000);
        QTRY_COMPARE_WITH_TIMEOUT(detail(site, 2).gauge.value_or(AttemptGauge {}).progress, 70.0, 30'000);
        QCOMPARE(detail(site, 1).gauge->progressText, "reading");
        QCOMPARE(detail(site, 1).gauge->lastLine, "first");
        const Ran listed = drover(site, {"tasks"});
        QVERIFY2(listed.out.contains("43 %  reading") && listed.out.contains("70 %"), qPrintable(listed.out));
        QVERIFY(drover(site, {"task", "1"}).out.contains("43 %  reading"));
        QVERIFY(drover(site, {"explain", "1"}).out.contains("43 % done: reading"));
        byPattern.progress = "([0-9";
        submit.tasks = {byPattern};
        QVERIFY(!site.ask(submit));
        byPattern.progress = "[0-9]+";
        submit.tasks = {byPattern};
        QVERIFY(!site.ask(submit));
    }

    void whatLastsLeavesItsCurve()
    {
        Site site;
        QVERIFY(begin(site));
        Submit submit;
        TaskSpec spec;
        spec.shell = "exec sleep 14";
        submit.tasks = {spec};
        VERIFY_OK(site.ask(submit));
        QTRY_COMPARE_WITH_TIMEOUT(enumText(detail(site, 1).task.state), "succeeded", 60'000);
        const QList<AttemptCurve> curves = detail(site, 1).curves;
        QCOMPARE(curves.size(), 1);
        QCOMPARE(curves[0].n, 1);
        QVERIFY(curves[0].memory.size() >= 5 && curves[0].memory.size() == curves[0].cpu.size());
        QVERIFY(curves[0].memory.first() > 100'000);
    }

    void aFailedTasksFolderIsKeptWhereThatWasAsked()
    {
        Site site;
        QVERIFY(begin(site));
        Submit submit;
        TaskSpec good;
        good.shell = "echo kept > $TEMP/evidence";
        good.keepFolder = true;
        TaskSpec bad = good;
        bad.shell += "; pwd; exit 1";
        submit.tasks = {good, bad};
        VERIFY_OK(site.ask(submit));
        QTRY_COMPARE_WITH_TIMEOUT(enumText(detail(site, 2).task.state), "failed", 30'000);
        QTRY_COMPARE_WITH_TIMEOUT(enumText(detail(site, 1).task.state), "succeeded", 30'000);
        const QString folder = QString::fromUtf8(site.ask(ReadOutput {.task = TaskId {2}})->data).trimmed();
        const QString kept = QFileInfo(folder).path() + "/kept";
        QTRY_COMPARE_WITH_TIMEOUT(contentOf(kept + "/2-1/temp/evidence"), "kept\n", 10'000);
        QVERIFY(!QFile::exists(kept + "/1-1"));
    }
};

QTEST_GUILESS_MAIN(TestData)
#include "tst_data.moc"
