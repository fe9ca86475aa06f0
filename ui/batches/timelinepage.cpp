#include "ui/batches/timelinepage.h"

#include "app/mirror/mirror.h"
#include "ui/batches/timelinechart.h"
#include "ui/widgets/look.h"
#include "ui/widgets/statelook.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QMenu>
#include <QtWidgets/QToolButton>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr auto tickEvery = 2s;
constexpr int overviewEvery = 5; // ticks
constexpr double ahead = 0.14; // of the span lies after now

/// A state's shape and word, in its colour.
class LegendEntry : public QWidget
{
public:
    LegendEntry(const Look &look, const StateLook &state) : m_look(look), m_state(state)
    {
        auto *line = new QHBoxLayout(this);
        line->setContentsMargins(0, 0, 0, 0);
        line->setSpacing(5);
        line->addWidget(&m_shape);
        line->addWidget(&m_word);
        connect(&look, &Look::changed, this, [this] { apply(); });
        apply();
    }

private:
    void apply()
    {
        m_shape.setPixmap(m_look.pixmap(m_state.icon, m_state.tint, m_look.scaled(14), devicePixelRatioF()));
        m_word.setText(m_state.word);
        m_word.setFont(m_look.font(FontUse::Caption));
        m_word.setForegroundRole(QPalette::ButtonText);
    }

    const Look &m_look;
    StateLook m_state;
    QLabel m_shape;
    QLabel m_word;
};

} // namespace

TimelinePage::TimelinePage(Shell &shell)
    : m_shell(shell), m_desk(shell.desk()), m_chart(new TimelineChart(m_desk.look)), m_byButton(new QToolButton),
      m_lengthButton(new QToolButton), m_corner(makeCorner())
{
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(m_chart);
    m_soon.setSingleShot(true);
    m_soon.setInterval(120);
    m_ticks.setInterval(tickEvery);
    connect(&m_soon, &QTimer::timeout, this, &TimelinePage::ask);
    connect(&m_ticks, &QTimer::timeout, this, &TimelinePage::onTick);
    connect(m_chart, &TimelineChart::spanWanted, this, &TimelinePage::onSpanWanted);
    connect(m_chart, &TimelineChart::attemptSelected, this, [this](TaskId task, int n) {
        ObjectLink link = linkTo(u"task"_s, task.value);
        link.attempt = n;
        m_shell.setCurrentObject(link);
    });
    connect(m_chart, &TimelineChart::attemptOpened, this, [this](TaskId task, int n) {
        ObjectLink link = linkTo(u"task"_s, task.value);
        link.attempt = n;
        m_shell.open(link);
    });
}

QWidget *TimelinePage::makeCorner()
{
    auto *corner = new QWidget;
    auto *line = new QHBoxLayout(corner);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(14);
    for (const TaskState state : {TaskState::Succeeded, TaskState::Running, TaskState::Stopping, TaskState::Failed})
        line->addWidget(new LegendEntry(m_desk.look, lookOf(state)));
    line->addWidget(new LegendEntry(m_desk.look, lookOf(MachineState::Draining)));
    const auto addChoice = [&](QToolButton *button, const QString &name, const QString &objectName) {
        button->setObjectName(objectName);
        button->setAccessibleName(name);
        button->setPopupMode(QToolButton::InstantPopup);
        button->setAutoRaise(true);
        button->setMenu(new QMenu(button));
        line->addWidget(button);
    };
    addChoice(m_byButton, tr("Lanes"), u"timelineBy"_s);
    for (const auto &[by, text] : {std::pair(TimelineBy::Worker, tr("By worker")), std::pair(TimelineBy::Step, tr("By step"))}) {
        QAction *action = m_byButton->menu()->addAction(text);
        connect(action, &QAction::triggered, this, [this, by = by, text = text] {
            m_byButton->setText(text);
            setBy(by);
        });
    }
    m_byButton->setText(tr("By worker"));
    addChoice(m_lengthButton, tr("Time shown"), u"timelineLength"_s);
    const std::pair<std::chrono::seconds, QString> lengths[]
        = {{5min, tr("Last 5 min")}, {15min, tr("Last 15 min")}, {90min, tr("Last 90 min")}, {6h, tr("Last 6 h")},
           {24h, tr("Last 24 h")}, {0s, tr("Whole batch")}};
    for (const auto &[length, text] : lengths) {
        QAction *action = m_lengthButton->menu()->addAction(text);
        connect(action, &QAction::triggered, this, [this, length = length, text = text] {
            m_lengthButton->setText(text);
            setLength(length);
        });
    }
    m_lengthButton->setText(tr("Last 90 min"));
    return corner;
}

void TimelinePage::show(const Batch &batch, const QString &step)
{
    const bool isOther = batch.id != m_batch.id;
    const bool isOtherStep = step != m_step;
    m_batch = batch;
    m_step = step;
    m_ticks.start();
    if (isOtherStep && !isOther)
        showAttempts();
    if (!isOther)
        return;
    m_timeline = {};
    m_chart->setAttempts({}, m_by);
    m_chart->setOverview({});
    m_chart->setEmptyText(tr("Nothing of this batch has started yet."));
    m_follows = true;
    follow();
    ask();
    askOverview();
}

void TimelinePage::setLength(std::chrono::seconds length)
{
    m_length = length;
    m_follows = true;
    follow();
    ask();
}

void TimelinePage::setBy(TimelineBy by)
{
    m_by = by;
    showAttempts();
}

// The end of the span is now, with some room after it, or the end of what is over.
void TimelinePage::follow()
{
    const Instant now = m_desk.mirror.daemonNow();
    const bool live = isLive();
    m_chart->setNow(live ? now : never);
    if (!m_follows)
        return;
    const Instant last = live ? now : isSet(m_timeline.last) ? m_timeline.last : isSet(m_batch.ended) ? m_batch.ended : now;
    const Instant first = isSet(m_timeline.first) ? m_timeline.first : m_batch.created;
    const auto all = std::max<std::chrono::microseconds>(last - first, 30s);
    // A batch that is shorter than what is asked for fills it.
    const auto length = m_length == 0s ? all : std::min<std::chrono::microseconds>(m_length, all * 5 / 4);
    const auto room = std::chrono::microseconds(qint64(double(length.count()) * (live ? ahead : 0.02)));
    m_chart->setSpan(last - length, last + room);
}

void TimelinePage::onSpanWanted()
{
    m_follows = false; // moved by hand: it stays where it was put
    m_soon.start();
}

void TimelinePage::onTick()
{
    if (!isVisible() || m_desk.mirror.isStale())
        return;
    follow();
    if (isLive())
        ask();
    if (isLive() && ++m_beats % overviewEvery == 0)
        askOverview();
}

void TimelinePage::ask()
{
    if (m_asking) {
        m_again = true;
        return;
    }
    m_asking = true;
    // Somewhat more than is seen, so that a small move has nothing to wait for.
    const auto more = (m_chart->to() - m_chart->from()) / 4;
    const GetTimeline request {.batch = m_batch.id, .from = m_chart->from() - more, .to = m_chart->to() + more};
    m_desk.connection.send(request, this, [this, batch = m_batch.id](const Result<Timeline> &timeline) {
        m_asking = false;
        if (batch == m_batch.id)
            onTimeline(timeline);
        if (std::exchange(m_again, false) || batch != m_batch.id)
            ask();
    });
}

void TimelinePage::onTimeline(const Result<Timeline> &timeline)
{
    if (!timeline) {
        m_chart->setEmptyText(tr("The timeline could not be read: %1").arg(timeline.error().message));
        return;
    }
    const bool isFirst = !isSet(m_timeline.first) && isSet(timeline->first);
    m_timeline = *timeline;
    showAttempts();
    if (!isFirst)
        return;
    // Only now it is known when it began and ended.
    follow();
    ask();
    askOverview();
}

void TimelinePage::showAttempts()
{
    QList<TimelineAttempt> attempts = m_timeline.attempts;
    if (!m_step.isEmpty())
        attempts.removeIf([this](const TimelineAttempt &attempt) { return attempt.step != m_step; });
    QHash<MachineId, LaneMachine> machines;
    for (const Machine &machine : m_desk.mirror.machines())
        machines.insert(machine.id, {.slotCount = machine.slotCount, .draining = machine.draining});
    m_chart->setMachines(machines);
    m_chart->setAttempts(attempts, m_by);
    follow();
}

void TimelinePage::askOverview()
{
    if (!isSet(m_timeline.first))
        return;
    const Instant end = isSet(m_timeline.last) && !isLive() ? m_timeline.last : m_desk.mirror.daemonNow();
    const GetCounts request {.batch = m_batch.id, .from = m_timeline.first, .to = std::max(end, m_timeline.first + 10s), .points = 240};
    m_desk.connection.send(request, this, [this, batch = m_batch.id](const Result<CountSeries> &counts) {
        if (counts && batch == m_batch.id)
            m_chart->setOverview(*counts);
    });
}

} // namespace Drover
