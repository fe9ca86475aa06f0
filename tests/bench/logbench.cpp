// Figures of the log view (console.md, Figures), beside a scan of the same bytes in memory in the same run.
// Usage: bench_log [MEGABYTES], default 1000; the file lies in the temporary folder meanwhile.

#include "tests/ui/log/textsource.h"
#include "ui/log/logpane.h"
#include "ui/log/logview.h"
#include "ui/widgets/look.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <ctime>

using namespace Drover;

namespace {

double threadSeconds()
{
    timespec now {};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return double(now.tv_sec) + double(now.tv_nsec) / 1e9;
}

double residentMegabytes()
{
    QFile file("/proc/self/status");
    if (file.open(QIODevice::ReadOnly)) {
        for (const QByteArray &line : file.readAll().split('\n')) {
            if (line.startsWith("VmRSS:"))
                return line.mid(6).trimmed().split(' ').first().toDouble() / 1024;
        }
    }
    return 0;
}

void print(const char *what, double value, const char *unit)
{
    std::printf("%-52s %10.1f %s\n", what, value, unit);
    std::fflush(stdout);
}

void until(const std::function<bool()> &reached)
{
    while (!reached())
        QApplication::processEvents(QEventLoop::WaitForMoreEvents);
}

double millisecondsOf(const std::function<void()> &work)
{
    QElapsedTimer timer;
    timer.start();
    work();
    return double(timer.nsecsElapsed()) / 1e6;
}

bool makeFile(const QString &path, qint64 lines)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return false;
    const GeneratedText text(lines);
    for (qint64 at = 0; at < text.size(); at += 8 * 1024 * 1024) {
        if (file.write(*text.bytes(at, 8 * 1024 * 1024)) < 0)
            return false;
    }
    return true;
}

void scanMemory(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return;
    const auto *bytes = reinterpret_cast<const char *>(file.map(0, file.size()));
    qint64 ends = std::count(bytes, bytes + file.size(), '\n'); // reads it into memory
    print("reference: count line ends, mapped", millisecondsOf([&] { ends = std::count(bytes, bytes + file.size(), '\n'); }), "ms");
    const void *found = nullptr;
    print("reference: look for words that are not there, mapped",
          millisecondsOf([&] { found = ::memmem(bytes, size_t(file.size()), "no such words", 13); }), "ms");
    std::printf("%-52s %10lld%s\n", "lines", qlonglong(ends), found ? "!" : "");
}

struct Opened
{
    Look look;
    std::shared_ptr<bool> isOver = std::make_shared<bool>(false);
    std::shared_ptr<OutputText> text;
    LogPane pane;

    explicit Opened(std::shared_ptr<OutputText> of)
        : text(std::move(of))
        , pane(look, [this](AttemptId, Stream) { return std::make_unique<TextSource>(text, isOver); })
    {
        pane.resize(1920, 1000);
        pane.show();
    }
};

void readLarge(const std::shared_ptr<OutputText> &text)
{
    const double before = residentMegabytes();
    Opened log(text);
    print("open at its end, painted", millisecondsOf([&] {
              log.pane.open({1}, 1);
              until([&] { return !log.pane.view()->visibleText().isEmpty(); });
              log.pane.grab();
          }), "ms");
    LogDocument &document = log.pane.view()->document();
    print("counted: lines, errors, warnings", millisecondsOf([&] { until([&] { return document.isCounted(); }); }), "ms");
    print("jump to 50 %, painted", millisecondsOf([&] {
              const qint64 top = log.pane.view()->top();
              log.pane.goTo("50%");
              until([&] { return log.pane.view()->top() != top && !log.pane.view()->visibleText().isEmpty(); });
              log.pane.grab();
          }), "ms");
    print("paint of a full pane, 1920x1000", millisecondsOf([&] { log.pane.view()->viewport()->grab(); }), "ms");
    for (const auto &[name, pattern] : {std::pair("words", LogPattern {"99999", false, false}), std::pair("expression", LogPattern {"line 0*(\\d)\\1{4}\\b", true, true})}) {
        log.pane.goTo("1");
        QElapsedTimer timer;
        timer.start();
        log.pane.find(pattern);
        until([&] { return !log.pane.search()->hits().empty() || log.pane.search()->isDone(); });
        print(qPrintable(QString("find %1: first hit").arg(name)), double(timer.nsecsElapsed()) / 1e6, "ms");
        until([&] { return log.pane.search()->isDone() || log.pane.search()->isFull(); });
        print(qPrintable(QString("find %1: all hits").arg(name)), double(timer.nsecsElapsed()) / 1e6, "ms");
        std::printf("%-52s %10zu\n", "hits", log.pane.search()->hits().size());
    }
    QTest::keyClick(log.pane.view(), Qt::Key_Home);
    for (int i = 0; i < 2000; ++i) {
        QTest::keyClick(log.pane.view(), Qt::Key_PageDown);
        if (i % 20 == 0)
            log.pane.goTo(QString("%1%").arg(i / 20));
        QApplication::processEvents();
    }
    print("memory it took, after 2,000 pages and 100 jumps", residentMegabytes() - before, "MB");
}

void followFast()
{
    constexpr int perSecond = 50'000;
    constexpr int seconds = 5;
    auto text = std::make_shared<GrowingText>();
    Opened log(text);
    log.pane.open({1}, 1);
    int added = 0;
    int frames = 0;
    qint64 lastTop = -1;
    double worst = 0;
    QElapsedTimer timer;
    timer.start();
    const double cpu = threadSeconds();
    double writing = 0;
    while (timer.elapsed() < seconds * 1000) {
        const double begun = threadSeconds();
        const int due = int(timer.elapsed() * perSecond / 1000);
        QByteArray bytes;
        for (; added < due; ++added)
            bytes += "info  line " + QByteArray::number(added) + " of a task that says a lot of what it does\n";
        text->add(bytes);
        writing += threadSeconds() - begun;
        const double turn = millisecondsOf([] { QApplication::processEvents(); });
        worst = std::max(worst, turn);
        const qint64 top = log.pane.view()->top();
        frames += std::exchange(lastTop, top) != top;
        QTest::qSleep(1);
    }
    const double load = (threadSeconds() - cpu - writing) / seconds * 100;
    until([&] { return log.pane.view()->document().info().lines == added && !log.pane.view()->visibleText().isEmpty(); });
    const bool isWhole = QTest::qWaitFor([&] { return log.pane.view()->visibleText().last().contains(QString("line %1 ").arg(added - 1)); });
    print("follow 50,000 lines/s: frames a second", double(frames) / seconds, "");
    print("... load of the thread (with counting and searching)", load, "% of a core");
    print("... longest turn of the event loop", worst, "ms");
    std::printf("%-52s %10s\n", "... every line counted, the last one shown", isWhole ? "yes" : "NO");
}

} // namespace

int main(int argc, char **argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    const qint64 megabytes = argc > 1 ? QByteArray(argv[1]).toLongLong() : 1000;
    QTemporaryDir folder;
    const QString path = folder.filePath("large.log");
    if (!makeFile(path, megabytes * 1'000'000 / GeneratedText::lineSize)) {
        std::fprintf(stderr, "%s cannot be written\n", qPrintable(path));
        return 1;
    }
    scanMemory(path);
    const std::shared_ptr<OutputText> text = textOfFile(path);
    if (!text->refresh(never))
        return 1;
    readLarge(text);
    followFast();
}
