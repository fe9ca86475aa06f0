// The table of tasks over a real daemon, beside a plain QTableView over an array in the same run:
// first rows, scrolling, select all, frames while much changes, the longest block, memory.
// usage: bench_tasktable [--tasks N] [--seconds S]     (QT_QPA_PLATFORM=offscreen without a display)
#include "backend/protocol/submissionrequests.h"
#include "tests/ui/widgets/consoledesk.h"
#include "ui/widgets/tableview.h"
#include "ui/widgets/tasktable.h"
#include "ui/widgets/tasktablemodel.h"

#include <QtCore/QCommandLineParser>
#include <QtCore/QElapsedTimer>
#include <QtCore/QRandomGenerator>
#include <QtWidgets/QApplication>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QTableView>

#include <algorithm>
#include <cstdio>

using namespace Drover;
using namespace std::chrono_literals;

namespace {

double since(const QElapsedTimer &timer)
{
    return double(timer.nsecsElapsed()) / 1e6;
}

double percentile(QList<double> values, double p)
{
    std::ranges::sort(values);
    return values.isEmpty() ? 0 : values[qsizetype(double(values.size() - 1) * p)];
}

double residentMegabytes()
{
    QFile status("/proc/self/status");
    if (!status.open(QIODevice::ReadOnly))
        return 0;
    for (const QByteArray &line : status.readAll().split('\n')) {
        if (line.startsWith("VmRSS:"))
            return line.mid(6).trimmed().split(' ').value(0).toDouble() / 1024;
    }
    return 0;
}

void waitFor(const std::function<bool()> &done)
{
    if (!QTest::qWaitFor(done, 600'000))
        qFatal("it did not come");
}

void print(const char *what, double value, const char *unit)
{
    std::printf("%-58s %10.1f %s\n", what, value, unit);
    std::fflush(stdout);
}

/// The reference: 24-byte records in an array.
class PlainModel : public QAbstractTableModel
{
public:
    explicit PlainModel(int rows) : m_rows(size_t(rows)) { }
    int rowCount(const QModelIndex & = {}) const override { return int(m_rows.size()); }
    int columnCount(const QModelIndex & = {}) const override { return 12; }
    QVariant data(const QModelIndex &index, int role) const override
    {
        return role == Qt::DisplayRole ? QVariant(m_rows[size_t(index.row())].a + index.column()) : QVariant();
    }

private:
    struct Record
    {
        qint64 a = 0, b = 0, c = 0;
    };
    std::vector<Record> m_rows;
};

/// Gaps between turns of the event loop, as a watchdog sees them.
class Turns : public QObject
{
public:
    Turns()
    {
        m_timer.setTimerType(Qt::PreciseTimer);
        connect(&m_timer, &QTimer::timeout, this, [this] {
            gaps.append(double(m_last.nsecsElapsed()) / 1e6);
            m_last.restart();
        });
        m_last.start();
        m_timer.start(1);
    }
    void restart()
    {
        gaps.clear();
        m_last.restart();
    }
    QList<double> gaps;

private:
    QTimer m_timer;
    QElapsedTimer m_last;
};

/// Times each painting of a viewport.
class Paints : public QObject
{
public:
    explicit Paints(QWidget *viewport) { viewport->installEventFilter(this); }
    bool eventFilter(QObject *watched, QEvent *event) override
    {
        if (event->type() != QEvent::Paint || m_inside)
            return false;
        m_inside = true;
        QElapsedTimer timer;
        timer.start();
        QCoreApplication::sendEvent(watched, event);
        frames.append(since(timer));
        m_inside = false;
        return true;
    }
    QList<double> frames;

private:
    bool m_inside = false;
};

void reference(int rows)
{
    PlainModel model(rows);
    QTableView view;
    view.resize(1920, 1000);
    view.verticalHeader()->setDefaultSectionSize(24);
    view.verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    view.verticalHeader()->hide();
    const double before = residentMegabytes();
    QElapsedTimer timer;
    timer.start();
    view.setModel(&model);
    view.show();
    view.viewport()->repaint();
    print("reference: QTableView over an array, first paint", since(timer), "ms");
    print("reference: memory of the view", residentMegabytes() - before, "MB");
    timer.restart();
    for (int i = 0; i < 5000; ++i)
        emit model.dataChanged(model.index(i % 40, 3), model.index(i % 40, 3));
    print("reference: 5,000 dataChanged", since(timer), "ms");
    QList<double> jumps;
    for (int i = 0; i < 40; ++i) {
        timer.restart();
        view.verticalScrollBar()->setValue(QRandomGenerator::global()->bounded(view.verticalScrollBar()->maximum()));
        view.viewport()->repaint();
        jumps.append(since(timer));
    }
    print("reference: scroll jump, painted, p95", percentile(jumps, 0.95), "ms");
    timer.restart();
    view.selectAll();
    print("reference: selectAll", since(timer), "ms");
}

void submit(ConsoleDesk &console, int count)
{
    constexpr int slice = 100'000;
    QElapsedTimer timer;
    timer.start();
    for (int done = 0; done < count; done += slice) {
        std::optional<Result<Submitted>> answer;
        Submit request = someTasks(std::min(slice, count - done), QString("s%1").arg(done / slice), QString("b%1").arg(done / slice));
        console.connection->submit(request, console.connection.get(), [&](const auto &submitted) { answer = submitted; });
        waitFor([&] { return answer.has_value(); });
        if (!*answer)
            qFatal("%s", qPrintable(printed(answer->error())));
    }
    print("submitting them", since(timer) / 1000, "s");
}

void opening(ConsoleDesk &console, int count)
{
    QElapsedTimer timer;
    timer.start();
    TaskTable table(*console.desk, {}, "bench/tasks");
    table.resize(1920, 1000);
    table.show();
    waitFor([&] { return table.model()->taskAt(30) != nullptr; });
    table.view()->viewport()->repaint();
    print("first rows, painted (signed in already)", since(timer), "ms");
    waitFor([&] { return table.window().isCounted(); });
    print("all of them counted", since(timer), "ms");
    if (table.model()->rowCount() != count)
        std::printf("! %d rows of %d\n", table.model()->rowCount(), count);
}

void working(ConsoleDesk &console, TaskTable &table, int seconds)
{
    QElapsedTimer timer;
    QList<double> jumps;
    for (int i = 0; i < 40; ++i) {
        timer.restart();
        table.view()->verticalScrollBar()->setValue(QRandomGenerator::global()->bounded(table.view()->verticalScrollBar()->maximum()));
        table.view()->viewport()->repaint();
        jumps.append(since(timer));
        const int row = table.view()->firstVisibleRow();
        waitFor([&] { return table.model()->taskAt(row) != nullptr; });
    }
    print("scroll jump, painted with grey bars, p95", percentile(jumps, 0.95), "ms");
    timer.restart();
    table.selectAllOfQuery();
    table.view()->viewport()->repaint();
    print("select all, painted", since(timer), "ms");
    timer.restart();
    bool counted = false;
    console.connection->send(CountStates {}, &table, [&](const auto &) { counted = true; });
    waitFor([&] { return counted; });
    print("its breakdown by state", since(timer), "ms");
    table.clearSelection();

    // 5,000 changes a second: the priority of 500 tasks ten times a second, the visible ones among them.
    table.view()->scrollToTop();
    QTest::qWait(1000);
    QList<TaskId> ids;
    for (int row = 0; row < 500; ++row) {
        if (const Task *task = table.model()->taskAt(row))
            ids.append(task->id);
    }
    Turns turns;
    Paints paints(table.view()->viewport());
    int priority = 0;
    QTimer changes;
    QObject::connect(&changes, &QTimer::timeout, &table, [&] {
        priority = (priority + 1) % 100;
        console.connection->send(SetPriority {.tasks = {.ids = ids}, .priority = priority}, &table, [](const auto &) { });
    });
    const double rateBefore = double(paints.frames.size());
    changes.start(100);
    turns.restart();
    QTest::qWait(seconds * 1000);
    changes.stop();
    print("changes asked for", double(ids.size()) * 10, "a second");
    print("changes that arrived", console.mirror->updatesPerSecond(), "a second");
    print("frames painted", (double(paints.frames.size()) - rateBefore) / seconds, "a second");
    print("painting a frame while they arrive, p95", percentile(paints.frames, 0.95), "ms");
    print("painting a frame while they arrive, worst", percentile(paints.frames, 1), "ms");
    print("block of the GUI thread, p99", percentile(turns.gaps, 0.99), "ms");
    print("block of the GUI thread, longest", percentile(turns.gaps, 1), "ms");
}

} // namespace

int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    QCommandLineParser parser;
    parser.addOptions({{"tasks", "how many", "n", "1000000"}, {"seconds", "of changes", "s", "20"}});
    parser.addHelpOption();
    parser.process(application);
    const int count = parser.value("tasks").toInt();
    std::printf("%d tasks, 1920x1000\n", count);
    reference(count);
    ConsoleDesk console;
    if (!console.start())
        qFatal("the daemon does not start");
    submit(console, count);
    opening(console, count);
    const double before = residentMegabytes();
    TaskTable table(*console.desk, {}, "bench/tasks");
    table.resize(1920, 1000);
    table.show();
    waitFor([&] { return table.window().isCounted(); });
    working(console, table, parser.value("seconds").toInt());
    print("memory of one table after that", residentMegabytes() - before, "MB");
    print("memory of the process", residentMegabytes(), "MB");
    return 0;
}
