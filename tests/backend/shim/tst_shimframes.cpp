#include "backend/shim/request.h"
#include "tests/backend/shim/shimhost.h"

#include <QtCore/QRandomGenerator>

using namespace Drover;

/// What comes over the host's pipe may be anything: nothing of it may harm the host or a task.
class TestShimFrames : public QObject
{
    Q_OBJECT

    static QByteArray frame(uint32_t magic, uint32_t length, const QByteArray &payload)
    {
        const FrameHead head{magic, length};
        return QByteArray(reinterpret_cast<const char *>(&head), sizeof head) + payload;
    }
    static QByteArray bytesOf(const ShimStart &start)
    {
        const std::string text = encodeStart(start);
        return {text.data(), qsizetype(text.size())};
    }
    static QByteArray field(uint32_t tag, const QByteArray &data)
    {
        return frame(tag, uint32_t(data.size()), data); // both heads are two numbers
    }

    static ShimStart sample()
    {
        ShimStart start;
        start.numbers.task = 42;
        start.numbers.attempt = 1;
        start.runFolder = "/run/42-1";
        start.workFolder = "/work";
        start.arguments = {"/bin/echo", "a", ""};
        start.environment = {"A=1", "B=2"};
        start.outFile = "/o";
        start.errFile = "/e";
        start.fenceFile = "/f";
        start.numbers.leaseMs = 60'000;
        start.spareFolder = "/spare";
        start.cgroups = {"/v2", "/memory", "/cpu", "/cpuacct", "/freezer", "/pids"};
        return start;
    }

    /// What the parser says to the payload of a start.
    static QString complaint(ShimStart start)
    {
        QByteArray bytes = bytesOf(start).mid(sizeof(FrameHead));
        Request request;
        const char *wrong = parseStart(bytes.data(), size_t(bytes.size()), request);
        return wrong ? wrong : "";
    }

private slots:
    void everyFieldArrives()
    {
        QByteArray bytes = bytesOf(sample()).mid(sizeof(FrameHead));
        Request request;
        QCOMPARE(parseStart(bytes.data(), size_t(bytes.size()), request), nullptr);
        QCOMPARE(request.numbers.task, 42);
        QCOMPARE(request.numbers.leaseMs, 60'000);
        QStringList texts{request.runFolder, request.workFolder, request.outFile,
                          request.errFile,   request.fenceFile,  request.spareFolder};
        for (const char *parent : request.cgroupParents)
            texts.append(parent);
        for (char **at = request.arguments; *at; ++at)
            texts.append(QString("'%1'").arg(*at));
        for (char **at = request.environment; *at; ++at)
            texts.append(*at);
        QCOMPARE(texts.join(' '),
                 "/run/42-1 /work /o /e /f /spare /v2 /memory /cpu /cpuacct /freezer /pids "
                 "'/bin/echo' 'a' '' A=1 B=2");
    }

    void aStartThatMakesNoSenseIsRefused_data()
    {
        QTest::addColumn<std::function<void(ShimStart &)>>("spoil");
        QTest::addColumn<QString>("words");
        const auto row = [](const char *words, std::function<void(ShimStart &)> spoil) {
            QTest::newRow(words) << spoil << QString(words);
        };
        QTest::newRow("good") << std::function<void(ShimStart &)>([](ShimStart &) {}) << QString();
        row("task and attempt are counted from 1", [](ShimStart &s) { s.numbers.attempt = 0; });
        row("a duration is negative or beyond ten years",
            [](ShimStart &s) { s.numbers.runTimeoutMs = INT64_MAX; });
        row("a user needs a group, and both a number", [](ShimStart &s) { s.numbers.uid = 1000; });
        row("oomScoreAdj or nice out of range", [](ShimStart &s) { s.numbers.nice = 100; });
        row("merged or overCap out of range", [](ShimStart &s) { s.numbers.overCap = RunOverCap(7); });
        row("cpuWeight or cpuPeriodUs out of range",
            [](ShimStart &s) { s.numbers.cpuPeriodUs = 0; });
        row("folders are absolute paths", [](ShimStart &s) { s.runFolder = "run/42-1"; });
        row("no command", [](ShimStart &s) { s.arguments.clear(); });
        row("a fence needs a file and a lease", [](ShimStart &s) { s.numbers.leaseMs = 0; });
        row("the lease is no longer than the kill grace",
            [](ShimStart &s) { s.numbers.killGraceMs = 60'000; });
        row("a cgroup's folder is an absolute path of at most 200 bytes",
            [](ShimStart &s) { s.cgroups.v2 = std::string(201, '/'); });
        row("a limit of memory without a cgroup to hold it", [](ShimStart &s) {
            s.cgroups = {};
            s.numbers.memoryMax = 1;
        });
        row("a limit of CPU without a cgroup to hold it", [](ShimStart &s) {
            s.cgroups = {};
            s.numbers.cpuQuotaUs = 1;
        });
    }
    void aStartThatMakesNoSenseIsRefused()
    {
        QFETCH(std::function<void(ShimStart &)>, spoil);
        ShimStart start = sample();
        spoil(start);
        QTEST(complaint(start), "words");
    }

    void whatCannotBeSentIsNotEncoded()
    {
        ShimStart start = sample();
        start.arguments.emplace_back("a\0b", 3);
        QVERIFY(encodeStart(start).empty());
        start = sample();
        start.environment.emplace_back(maxFrame, 'x');
        QVERIFY(encodeStart(start).empty());
    }

    /// Every cut, and some hundred thousand changes of bytes: under the sanitizers each read beyond
    /// the payload would be seen, here what the parser let pass is read in full.
    void changedBytesNeverReachBeyondTheFrame()
    {
        const QByteArray good = bytesOf(sample()).mid(sizeof(FrameHead));
        QRandomGenerator random(4711);
        int passed = 0;
        const auto parse = [&](const QByteArray &bytes) {
            const auto copy
                = std::make_unique<char[]>(size_t(bytes.size())); // its end is the heap's
            memcpy(copy.get(), bytes.constData(), size_t(bytes.size()));
            Request request;
            if (parseStart(copy.get(), size_t(bytes.size()), request))
                return;
            ++passed;
            const char *end = copy.get() + bytes.size();
            for (char **list : {request.arguments, request.environment}) {
                for (char **at = list; *at; ++at)
                    QVERIFY(*at >= copy.get() && *at + strlen(*at) < end);
            }
        };
        for (qsizetype length = 0; length <= good.size(); ++length)
            parse(good.first(length));
        QVERIFY(passed >= 1);
        for (int i = 0; i < 200'000; ++i) {
            QByteArray bytes = good;
            for (int change = 1 + int(random.bounded(3)); change > 0; --change)
                bytes[random.bounded(bytes.size())]
                    = char(random.bounded(2) ? random.bounded(256) : random.bounded(16));
            parse(bytes);
        }
        QVERIFY(passed > 100);
    }

    void garbageOnThePipeIsRefusedAndDisturbsNothing()
    {
        ShimHost host;
        QVERIFY(host.start());
        const ShimStart running = host.shell("while [ ! -e go ]; do sleep 0.02; done; exit 21");
        host.started(running);
        const auto refusedFor = [&] {
            const auto answer = host.answer(AnswerKind::Refused);
            return QString(answer ? refusedName(answer->refused) : "nothing");
        };
        const auto stillWorks = [&] { return printed(host.run(host.shell("exit 4"))); };

        host.sendRaw(QByteArray(1000, 'g'));
        QCOMPARE(refusedFor(), "bad-frame");
        QCOMPARE(stillWorks(), "exited 4");

        host.sendRaw(frame(startMagic, maxFrame + 1, QByteArray(maxFrame + 1, 'x')));
        QCOMPARE(refusedFor(), "bad-frame");
        QCOMPARE(stillWorks(), "exited 4");

        host.sendRaw(frame(startMagic, 0, {}));
        QCOMPARE(refusedFor(), "bad-request");
        host.sendRaw(frame(startMagic, 4, "abcd"));
        QCOMPARE(refusedFor(), "bad-request");
        host.sendRaw(frame(startMagic, 16, field(4, "no NUL!!")));
        QCOMPARE(refusedFor(), "bad-request");
        host.sendRaw(frame(startMagic, 9, field(99, QByteArray(1, '\0'))));
        QCOMPARE(refusedFor(), "bad-request");
        host.sendRaw(frame(startMagic, 8, field(4, {}).replace(4, 4, "\xff\xff\xff\xff")));
        QCOMPARE(refusedFor(), "bad-request");
        QCOMPARE(stillWorks(), "exited 4");

        QByteArray many; // more than there is room for, in one frame
        for (int i = 0; i < 400'000; ++i)
            many += field(4, QByteArray(1, '\0'));
        host.sendRaw(frame(startMagic, uint32_t(many.size()), many));
        QCOMPARE(refusedFor(), "bad-request");
        QCOMPARE(stillWorks(), "exited 4");

        QVERIFY(QFile(host.folder() + "/go").open(QIODevice::WriteOnly));
        QCOMPARE(printed(host.ended(running)), "exited 21");
    }

    void framesMayComeByteByByteAndManyAtOnce()
    {
        ShimHost host;
        QVERIFY(host.start());
        const ShimStart slow = host.shell("exit 5");
        for (const char byte : bytesOf(slow))
            host.sendRaw(QByteArray(1, byte));
        QCOMPARE(printed(host.ended(slow)), "exited 5");

        QByteArray together = "??"; // and one that has lost its beginning before them
        QList<ShimStart> starts;
        for (int i = 0; i < 20; ++i) {
            starts.append(host.shell(QString("exit %1").arg(i)));
            together += bytesOf(starts.last());
        }
        host.sendRaw(together);
        for (int i = 0; i < 20; ++i)
            QCOMPARE(printed(host.ended(starts[i])), QString("exited %1").arg(i));
    }

    void aFrameCutShortByTheAgentsDeathStartsNothing()
    {
        ShimHost host;
        QVERIFY(host.start());
        const ShimStart start = host.shell("exit 0");
        const QByteArray whole = bytesOf(start);
        host.sendRaw(whole.chopped(1));
        host.closeRequests();
        QVERIFY(host.process().waitForFinished());
        QCOMPARE(host.process().exitCode(), 0);
        QCOMPARE(int(readRunFolder(start.runFolder).state), int(RunFolderState::Absent));
    }

    void damagedRecordsAreSaidToBe()
    {
        QTemporaryDir folder;
        const QString run = folder.path() + "/7-1";
        QVERIFY(QDir().mkdir(run));
        QCOMPARE(int(readRunFolder(run.toStdString()).state), int(RunFolderState::Claimed));
        RunRecord record;
        record.task = 7;
        record.attempt = 1;
        record.size = sizeof record;
        record.end = RunEnd::Exited;
        const QByteArray good(reinterpret_cast<const char *>(&record), sizeof record);
        const auto stateWith = [&](const QByteArray &bytes) {
            QFile file(run + "/status");
            if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
                return -1;
            file.close();
            return int(readRunFolder(run.toStdString()).state);
        };
        QCOMPARE(stateWith(good), int(RunFolderState::Ended));
        QCOMPARE(stateWith(good + QByteArray(8, '\0')), int(RunFolderState::Ended));
        for (const int cut : {0, 4, 15, 100, int(sizeof record) - 1})
            QCOMPARE(stateWith(good.first(cut)), int(RunFolderState::Unreadable));
        QCOMPARE(stateWith(QByteArray(good).replace(0, 1, "X")), int(RunFolderState::Unreadable));
        QCOMPARE(stateWith(QByteArray(good).replace(8, 1, "\x02")),
                 int(RunFolderState::Unreadable));
        // Of a later program, with more at its end; and of an earlier one, with less.
        record.size = sizeof record + 8;
        QCOMPARE(stateWith(QByteArray(reinterpret_cast<const char *>(&record), sizeof record)
                           + QByteArray(8, '?')),
                 int(RunFolderState::Ended));
    }

    void answersAreCutFromAnyBytes()
    {
        const AnswerBody body{.kind = AnswerKind::Lost};
        const AnswerBody later{.kind = AnswerKind(77)};
        const auto answer = [](const AnswerBody &of) {
            return frame(answerMagic, sizeof of,
                         QByteArray(reinterpret_cast<const char *>(&of), sizeof of));
        };
        const QByteArray bytes = answer(body) + answer(later) + answer(body);
        ShimAnswers reader;
        int found = 0;
        for (const char byte : bytes) {
            reader.append(&byte, 1);
            while (const auto next = reader.next())
                found += next->kind == AnswerKind::Lost;
        }
        QCOMPARE(found, 2);
        reader.append("Qt: warning, on the wrong pipe", 30);
        QVERIFY(!reader.next());
        QVERIFY(reader.isBroken());
    }
};

QTEST_GUILESS_MAIN(TestShimFrames)
#include "tst_shimframes.moc"
