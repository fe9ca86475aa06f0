#include "ui/overview/overviewview.h"

#include "backend/protocol/taskrequests.h"
#include "ui/overview/tile.h"
#include "ui/shell/shell.h"
#include "ui/widgets/curvechart.h"
#include "ui/widgets/look.h"
#include "ui/widgets/tableview.h"
#include "ui/widgets/words.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QTabBar>

#include <limits>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr int countsEvery = 10; // seconds
constexpr std::chrono::seconds lengths[] = {1h, 24h, 7 * 24h};
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

Curve curveOf(const QString &name, Tint tint, const CountSeries &counts, const QList<qint64> &values, double unit)
{
    Curve curve {.name = name, .points = {}, .tint = tint};
    for (qsizetype i = 0; i < values.size(); ++i)
        curve.points.append({counts.start + counts.step * i, values.at(i) < 0 ? unknown : double(values.at(i)) / unit});
    return curve;
}

QList<qint64> sumOf(const QList<qint64> &a, const QList<qint64> &b)
{
    QList<qint64> sum;
    for (qsizetype i = 0; i < a.size(); ++i)
        sum.append(a.at(i) < 0 ? -1 : a.at(i) + std::max<qint64>(0, b.value(i)));
    return sum;
}

} // namespace

ViewKind overviewKind()
{
    ViewKind kind;
    kind.id = u"overview"_s;
    kind.title = OverviewView::tr("Overview");
    kind.icon = u"nav-overview"_s;
    kind.create = [](Shell &shell, const ObjectLink &) { return new OverviewView(shell); };
    return kind;
}

OverviewView::OverviewView(Shell &shell)
    : View(shell), m_lengths(new QTabBar), m_depth(new CurveChart(m_desk.look)), m_throughput(new CurveChart(m_desk.look)),
      m_failures(new CurveChart(m_desk.look)), m_attention(new TableView(m_desk.look)), m_caption(new QLabel)
{
    setObjectName(u"view.overview"_s);
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    makeTiles();
    auto *tiles = new QHBoxLayout;
    tiles->setSpacing(12);
    for (Tile *tile : {m_running, m_waiting, m_failed, m_machines, m_slots, m_batches})
        tiles->addWidget(tile);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(20, 16, 20, 0);
    all->setSpacing(16);
    all->addLayout(tiles);
    all->addWidget(makeCharts(), 3);
    all->addWidget(makeAttention(), 4);
    connect(&m_desk.mirror, &Mirror::statusChanged, this, &OverviewView::refresh);
    connect(&m_desk.mirror, &Mirror::reloaded, this, [this] {
        refresh();
        askCounts();
        askFailures();
    });
    connect(&m_desk.look, &Look::changed, this, &OverviewView::refresh);
    connect(&m_desk.look, &Look::utcChanged, this, &OverviewView::refresh);
    m_seconds.setInterval(1s);
    connect(&m_seconds, &QTimer::timeout, this, [this] {
        if (!isVisible())
            return;
        refresh();
        if (!m_desk.mirror.isStale() && ++m_beats % countsEvery == 0) {
            askCounts();
            askFailures();
            m_desk.mirror.requestPools();
        }
    });
    m_seconds.start();
    refresh();
}

void OverviewView::makeTiles()
{
    const auto make = [this](const QString &caption, const QString &name, const QString &view, const QString &filter) {
        auto *tile = new Tile(m_desk.look, caption);
        tile->setObjectName(name);
        connect(tile, &Tile::clicked, this, [this, view, filter] { m_shell.showView(view, filter); });
        return tile;
    };
    m_running = make(tr("Running"), u"tile.running"_s, u"tasks"_s, u"state = started"_s);
    m_waiting = make(tr("Waiting"), u"tile.waiting"_s, u"tasks"_s, u"state in (waiting, queued)"_s);
    m_failed = make(tr("Failed in 24 h"), u"tile.failed"_s, u"tasks"_s, u"state = failed and ended > -24h"_s);
    m_machines = make(tr("Machines online"), u"tile.machines"_s, u"machines"_s, {});
    m_slots = make(tr("Slots busy"), u"tile.slots"_s, u"machines"_s, {});
    m_batches = make(tr("Live batches"), u"tile.batches"_s, u"batches"_s, {});
}

QWidget *OverviewView::makeCharts()
{
    m_lengths->setObjectName(u"lengths"_s);
    m_lengths->setAccessibleName(tr("Time shown"));
    m_lengths->setDrawBase(false);
    m_lengths->setExpanding(false);
    for (const QString &text : {tr("1 h"), tr("24 h"), tr("7 d")})
        m_lengths->addTab(text);
    connect(m_lengths, &QTabBar::currentChanged, this, &OverviewView::askCounts);
    m_depth->setObjectName(u"chart.depth"_s);
    m_throughput->setObjectName(u"chart.throughput"_s);
    m_failures->setObjectName(u"chart.failures"_s);
    m_depth->setTitle(tr("Queue depth"));
    m_throughput->setTitle(tr("Throughput"), tr("tasks a minute"));
    m_failures->setTitle(tr("Failures"), tr("tasks a minute"));
    auto *charts = new QWidget;
    auto *column = new QVBoxLayout(charts);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    auto *head = new QHBoxLayout;
    head->addStretch(1);
    head->addWidget(m_lengths);
    auto *line = new QHBoxLayout;
    line->setSpacing(24);
    for (CurveChart *chart : {m_depth, m_throughput, m_failures})
        line->addWidget(chart, 1);
    column->addLayout(head);
    column->addLayout(line, 1);
    return charts;
}

QWidget *OverviewView::makeAttention()
{
    m_attention->setObjectName(u"attention"_s);
    m_attention->setAccessibleName(tr("Needs attention"));
    m_attention->setCells(&m_model);
    connect(m_attention, &TableView::opened, this, [this](const QModelIndex &index) {
        if (const AttentionItem *item = m_model.itemAt(index.row()))
            open(*item);
    });
    m_caption->setText(tr("Needs attention"));
    auto *part = new QWidget;
    auto *column = new QVBoxLayout(part);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    column->addWidget(m_caption);
    column->addWidget(m_attention, 1);
    return part;
}

std::chrono::seconds OverviewView::length() const
{
    return lengths[std::clamp(m_lengths->currentIndex(), 0, int(std::size(lengths)) - 1)];
}

ViewStatus OverviewView::status() const
{
    return {.shown = m_model.rowCount() == 0 ? tr("Nothing needs attention")
                                             : tr("%n thing(s) need attention", nullptr, m_model.rowCount()),
            .selected = {}};
}

void OverviewView::activated()
{
    refresh();
    if (m_desk.mirror.isStale())
        return;
    askCounts();
    askFailures();
    m_desk.mirror.requestPools();
}

void OverviewView::refresh()
{
    m_caption->setFont(m_desk.look.font(FontUse::BodyStrong));
    updateTiles();
    updateAttention();
}

void OverviewView::updateTiles()
{
    const Mirror &mirror = m_desk.mirror;
    if (!mirror.isLoaded())
        return;
    StateCounts counts;
    qint64 live = 0;
    for (const Batch &batch : mirror.batches()) {
        if (isSet(batch.ended))
            continue;
        live += batch.counts.finished() < batch.counts.total() ? 1 : 0;
        for (int state = 0; state < taskStateCount; ++state)
            counts.add(TaskState(state), batch.counts[TaskState(state)]);
    }
    qint64 online = 0;
    qint64 lost = 0;
    qint64 draining = 0;
    qint64 used = 0;
    qint64 all = 0;
    for (const Machine &machine : mirror.machines()) {
        const bool isThere = machine.state == MachineState::Online || machine.state == MachineState::Draining
            || machine.state == MachineState::Deploying;
        online += isThere ? 1 : 0;
        draining += machine.state == MachineState::Draining ? 1 : 0;
        lost += machine.state == MachineState::Lost || machine.state == MachineState::Silent ? 1 : 0;
        used += isThere ? std::min(machine.slotsUsed, machine.slotCount) : 0;
        all += isThere ? machine.slotCount : 0;
    }
    m_running->setFigure(wordsOfCount(counts.started()));
    const Status &status = mirror.status();
    const QString flag = status.held ? tr("everything is held") : status.paused ? tr("everything is paused") : QString();
    m_waiting->setFigure(wordsOfCount(counts[TaskState::Waiting] + counts[TaskState::Queued]), flag,
                         flag.isEmpty() ? QString() : u"state-held"_s, flag.isEmpty() ? Tint::Text1 : Tint::Held);
    if (m_failedToday >= 0)
        m_failed->setFigure(wordsOfCount(m_failedToday), {}, m_failedToday > 0 ? u"state-failed"_s : QString(),
                            m_failedToday > 0 ? Tint::Failed : Tint::Text1);
    QStringList others;
    if (lost > 0)
        others.append(tr("%1 out of contact").arg(wordsOfCount(lost)));
    if (draining > 0)
        others.append(tr("%1 draining").arg(wordsOfCount(draining)));
    m_machines->setFigure(wordsOfCount(online), others.isEmpty() ? tr("of %1").arg(wordsOfCount(mirror.machines().size())) : others.join(u", "_s),
                          lost > 0 ? u"machine-lost"_s : QString(), lost > 0 ? Tint::Lost : Tint::Text1);
    m_slots->setFigure(wordsOfCount(used), tr("of %1").arg(wordsOfCount(all)));
    m_batches->setFigure(wordsOfCount(live));
}

void OverviewView::updateAttention()
{
    const Mirror &mirror = m_desk.mirror;
    const int before = m_model.rowCount();
    m_model.setItems(attentionOf(mirror), mirror.daemonNow(), m_desk.look.isUtc());
    m_attention->setStale(mirror.isStale());
    if (!mirror.isLoaded())
        m_attention->showLoading();
    else if (m_model.rowCount() == 0)
        m_attention->showReason(tr("Nothing needs attention."), {}, {}, u"check"_s);
    else
        m_attention->showRows();
    if (before != m_model.rowCount())
        emit statusChanged();
}

void OverviewView::askCounts()
{
    if (m_desk.mirror.isStale())
        return;
    const Instant now = m_desk.mirror.daemonNow();
    const GetCounts request {.from = now - length(), .to = now, .points = 180};
    m_desk.connection.send(request, this, [this, asked = length()](const Result<CountSeries> &counts) {
        if (counts && asked == length())
            showCounts(*counts);
    });
}

void OverviewView::showCounts(const CountSeries &counts)
{
    const Instant end = counts.start + counts.step * std::max<qsizetype>(1, counts.queued.size() - 1);
    for (CurveChart *chart : {m_depth, m_throughput, m_failures}) {
        chart->setSpan(counts.start, end);
        chart->setUtc(m_desk.look.isUtc());
    }
    const double minutes = std::chrono::duration<double, std::ratio<60>>(counts.step).count();
    m_depth->setCurves({curveOf(tr("waiting"), Tint::Queued, counts, sumOf(counts.waiting, counts.queued), 1),
                        curveOf(tr("running"), Tint::Running, counts, counts.started, 1)});
    m_throughput->setCurves({curveOf(tr("succeeded"), Tint::Succeeded, counts, counts.succeeded, minutes)});
    m_failures->setCurves({curveOf(tr("failed"), Tint::Failed, counts, counts.failed, minutes)});
}

void OverviewView::askFailures()
{
    if (m_desk.mirror.isStale())
        return;
    CountTasks request;
    request.where = u"state = failed and ended > -24h"_s;
    m_desk.connection.send(request, this, [this](const auto &count) {
        if (!count)
            return;
        m_failedToday = count->count;
        updateTiles();
    });
}

void OverviewView::open(const AttentionItem &item)
{
    if (!item.link.isNull())
        m_shell.open(item.link);
    else if (!item.view.isEmpty())
        m_shell.showView(item.view, item.filter);
}

QJsonObject OverviewView::saved() const
{
    return {{u"length"_s, m_lengths->currentIndex()}, {u"columns"_s, m_attention->savedColumns()}};
}

void OverviewView::restore(const QJsonObject &saved)
{
    m_lengths->setCurrentIndex(saved.value(u"length"_s).toInt());
    m_attention->restoreColumns(saved.value(u"columns"_s).toObject());
}

} // namespace Drover
