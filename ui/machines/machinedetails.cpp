#include "ui/machines/machinedetails.h"

#include "app/mirror/mirror.h"
#include "backend/protocol/taskrequests.h"
#include "ui/machines/machineactions.h"
#include "ui/machines/machinemodel.h"
#include "ui/shell/shell.h"
#include "ui/widgets/curvechart.h"
#include "ui/widgets/keyvaluegrid.h"
#include "ui/widgets/look.h"
#include "ui/widgets/reasoncard.h"
#include "ui/widgets/statelook.h"
#include "ui/widgets/words.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QScrollArea>

#include <cmath>
#include <limits>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr int loadEvery = 4; // seconds
constexpr int tasksShown = 12;

QString freeWords(const DiskFact &disk)
{
    return MachineDetails::tr("%1 free of %2").arg(wordsOfSize(disk.available), wordsOfSize(disk.total));
}

Curve curveOf(const QString &name, std::optional<Tint> tint, const LoadSeries &load, const QList<qint64> &values, double unit)
{
    Curve curve {.name = name, .points = {}, .tint = tint};
    for (qsizetype i = 0; i < values.size(); ++i) {
        const double value = values.at(i) < 0 ? std::numeric_limits<double>::quiet_NaN() : double(values.at(i)) / unit;
        curve.points.append({load.start + load.step * i, value});
    }
    return curve;
}

} // namespace

ViewKind machineDetailsKind()
{
    ViewKind kind;
    kind.id = u"machine"_s;
    kind.title = MachineDetails::tr("Machine");
    kind.icon = u"nav-machines"_s;
    kind.place = Place::RightDock;
    kind.opens = {u"machine"_s};
    kind.create = [](Shell &shell, const ObjectLink &object) { return new MachineDetails(shell, object); };
    return kind;
}

MachineDetails::MachineDetails(Shell &shell, const ObjectLink &object)
    : View(shell)
    , m_name(new QLabel)
    , m_state(new QLabel)
    , m_stateShape(new QLabel)
    , m_nothing(new QLabel(tr("Choose a machine to see what it is and does.")))
    , m_body(new QWidget)
    , m_scroll(new QScrollArea)
    , m_column(new QVBoxLayout(m_body))
    , m_reason(new ReasonCard(m_desk.look))
    , m_now(new KeyValueGrid(m_desk.look))
    , m_cpu(new CurveChart(m_desk.look))
    , m_memory(new CurveChart(m_desk.look))
    , m_net(new CurveChart(m_desk.look))
    , m_tasks(new KeyValueGrid(m_desk.look))
    , m_facts(new KeyValueGrid(m_desk.look))
    , m_trust(new KeyValueGrid(m_desk.look))
{
    setObjectName(u"view.machine"_s);
    m_name->setObjectName(u"machineName"_s);
    m_name->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_state->setObjectName(u"machineState"_s);
    m_nothing->setObjectName(u"nothing"_s);
    m_nothing->setAlignment(Qt::AlignCenter);
    m_nothing->setWordWrap(true);
    m_nothing->setForegroundRole(QPalette::ButtonText);
    m_facts->setObjectName(u"machineFacts"_s);
    m_tasks->setObjectName(u"machineTasks"_s);
    auto *stateLine = new QHBoxLayout;
    stateLine->setSpacing(6);
    stateLine->addWidget(m_stateShape);
    stateLine->addWidget(m_state, 1);
    m_column->setContentsMargins(16, 14, 16, 16);
    m_column->setSpacing(8);
    m_column->addWidget(m_name);
    m_column->addLayout(stateLine);
    m_column->addWidget(m_reason);
    m_column->addWidget(m_now);
    for (CurveChart *chart : {m_cpu, m_memory, m_net}) {
        chart->setMinimumHeight(m_desk.look.scaled(92));
        m_column->addWidget(chart);
    }
    m_column->addWidget(caption(tr("Runs there now")));
    m_column->addWidget(m_tasks);
    m_column->addWidget(caption(tr("What it is")));
    m_column->addWidget(m_facts);
    m_column->addWidget(caption(tr("Trust")));
    m_column->addWidget(m_trust);
    m_column->addStretch(1);
    m_scroll->setWidget(m_body);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(m_nothing);
    all->addWidget(m_scroll);
    connect(m_tasks, &KeyValueGrid::linkActivated, this,
            [this](const QString &task) { m_shell.open(linkTo(u"task"_s, task.toLongLong())); });
    connect(&shell, &Shell::currentObjectChanged, this, &MachineDetails::follow);
    connect(&m_desk.mirror, &Mirror::machinesChanged, this, [this](const MachineChanges &changes) {
        for (const Machine &changed : changes.changed) {
            if (changed.id == m_id)
                refresh();
        }
        if (changes.removed.contains(m_id))
            refresh();
    });
    connect(&m_desk.look, &Look::changed, this, &MachineDetails::refresh);
    connect(&m_desk.look, &Look::utcChanged, this, &MachineDetails::refresh);
    m_seconds.setInterval(1s);
    connect(&m_seconds, &QTimer::timeout, this, [this] {
        if (!isVisible() || !m_id || m_desk.mirror.isStale())
            return;
        refresh();
        if (++m_beats % loadEvery == 0) {
            askLoad();
            askTasks();
        }
    });
    m_seconds.start();
    follow(object.isNull() ? shell.currentObject() : object);
    refresh();
}

QLabel *MachineDetails::caption(const QString &text)
{
    auto *label = new QLabel(text);
    label->setForegroundRole(QPalette::PlaceholderText);
    label->setContentsMargins(0, 8, 0, 0);
    m_captions.append(label);
    return label;
}

ObjectLink MachineDetails::object() const
{
    return m_id ? linkTo(u"machine"_s, m_id.value) : ObjectLink();
}

const Machine *MachineDetails::machine() const
{
    return m_id ? m_desk.mirror.machine(m_id) : nullptr;
}

void MachineDetails::follow(const ObjectLink &link)
{
    if (link.kind != u"machine" || MachineId {link.number()} == m_id)
        return;
    m_id = MachineId {link.number()};
    m_booted = never;
    for (CurveChart *chart : {m_cpu, m_memory, m_net})
        chart->setCurves({});
    showTasks({});
    refresh();
    if (isVisible())
        activated();
    emit titleChanged();
}

void MachineDetails::goTo(const ObjectLink &link)
{
    follow(link);
}

void MachineDetails::activated()
{
    refresh();
    if (!m_id || m_desk.mirror.isStale())
        return;
    askLoad();
    askTasks();
}

void MachineDetails::showReason(const Machine &machine)
{
    const QString seen = wordsOfAge(machine.lastContact, m_desk.mirror.daemonNow());
    switch (machine.state) {
    case MachineState::Lost:
        m_reason->setReason(ReasonCard::Kind::Error, tr("Out of contact"),
                            tr("Last heard %1. Its tasks were queued again, or wait as their batches say. It comes back by itself when "
                               "its agent reaches the daemon.").arg(seen), {});
        break;
    case MachineState::Silent:
        m_reason->setReason(ReasonCard::Kind::Warning, tr("Silent"),
                            tr("Last heard %1. Its tasks keep their places until their leases end.").arg(seen), {});
        break;
    case MachineState::Draining:
        m_reason->setReason(ReasonCard::Kind::Hint, tr("Takes no more"),
                            machine.tasksNow > 0 ? tr("%n task(s) go on to their ends.", nullptr, machine.tasksNow)
                                                 : tr("Nothing runs there: it can be taken away, or resumed."), {});
        break;
    default: m_reason->setReason(ReasonCard::Kind::Hint, {}, {}, {});
    }
}

void MachineDetails::refresh()
{
    const Machine *known = machine();
    m_nothing->setVisible(!known);
    m_scroll->setVisible(known);
    m_nothing->setText(m_id && !known ? tr("This machine is no more: it was removed.")
                                      : tr("Choose a machine to see what it is and does."));
    if (!known)
        return;
    const Machine &m = *known;
    const Look &look = m_desk.look;
    const Instant now = m_desk.mirror.daemonNow();
    const StateLook state = lookOf(m.state);
    m_name->setText(m.name);
    m_name->setFont(look.font(FontUse::Details));
    m_stateShape->setPixmap(look.pixmap(state.icon, state.tint, look.scaled(16), devicePixelRatioF()));
    QPalette palette = m_state->palette();
    palette.setColor(QPalette::WindowText, look.color(state.tint));
    m_state->setPalette(palette);
    m_state->setFont(look.font(FontUse::BodyMedium));
    m_state->setText(state.word);
    for (QLabel *label : std::as_const(m_captions))
        label->setFont(look.font(FontUse::CaptionStrong));
    showReason(m);
    m_now->setRows({{tr("Slots"), tr("%1 of %2 busy").arg(m.slotsUsed).arg(m.slotCount)},
                    {tr("Tasks"), wordsOfCount(m.tasksNow)},
                    {tr("Pools"), m.pools.join(u", "_s)},
                    {tr("Labels"), textOfLabels(m.labels)},
                    {tr("Project"), m.project == u"*" ? tr("all") : m.project},
                    {tr("Last heard"), wordsOfAge(m.lastContact, now), {}, {}, wordsOfMoment(m.lastContact, look.isUtc())},
                    {tr("Address"), m.address},
                    {tr("Notes"), m.notes}});
    const MachineFacts &facts = m.facts;
    QList<KeyValueGrid::Row> rows {
        {tr("Host name"), facts.hostName},
        {tr("System"), facts.os},
        {tr("Kernel"), tr("%1, %2").arg(facts.kernel, facts.architecture)},
        {tr("Cores"), wordsOfCount(facts.cores)},
        {tr("Memory"), wordsOfMemory(facts.memory)},
    };
    for (const DiskFact &disk : facts.disks)
        rows.append({tr("Disk"), freeWords(disk), disk.path});
    for (const QString &gpu : facts.gpus)
        rows.append({tr("GPU"), gpu});
    rows.append({tr("Containers"), facts.containerEngine.isEmpty() ? tr("no engine") : facts.containerEngine});
    rows.append({tr("Limits"), facts.limits.isEmpty() ? tr("none hold there") : facts.limits.join(u", "_s)});
    rows.append({tr("Isolation"), facts.isolated ? tr("tasks run as users of their own") : tr("tasks run as the agent's user")});
    rows.append({tr("Runs as"), m.runAs.join(u", "_s)});
    rows.append({tr("Agent"), facts.agentVersion});
    rows.append({tr("Up since"), isSet(m_booted) ? wordsOfMoment(m_booted, look.isUtc()) : QString()});
    rows.append({tr("Joined"), wordsOfMoment(m.joined, look.isUtc())});
    m_facts->setRows(rows);
    const QStringList prints = m.certificate.split(u' ', Qt::SkipEmptyParts);
    m_trust->setRows({{tr("Certificate"), prints.isEmpty() ? tr("none") : prints.last().first(std::min<qsizetype>(16, prints.last().size())),
                       {}, {}, prints.join(u'\n'), true},
                      {tr("Before it"), prints.size() > 1 ? tr("one that is renewed") : QString()}});
}

void MachineDetails::askLoad()
{
    m_desk.connection.send(GetMachineSeries {.machine = m_id, .points = 150}, this,
                           [this, id = m_id](const Result<LoadSeriesList> &list) {
                               if (list && id == m_id && !list->machines.isEmpty())
                                   showLoad(list->machines.first());
                           });
}

void MachineDetails::showLoad(const LoadSeries &load)
{
    const Machine *known = machine();
    if (!known)
        return;
    m_booted = load.booted;
    const Instant end = load.start + load.step * load.cpu.size();
    for (CurveChart *chart : {m_cpu, m_memory, m_net}) {
        chart->setSpan(load.start, end);
        chart->setUtc(m_desk.look.isUtc());
    }
    const auto percent = [](double value) { return tr("%1%").arg(qRound(value)); };
    m_cpu->setTitle(tr("CPU"), tr("%n core(s)", nullptr, known->facts.cores));
    m_cpu->setUnit(percent);
    m_cpu->setLeastTop(100);
    m_cpu->setCurves({curveOf(tr("CPU"), Tint::Running, load, load.cpu, 10)});
    m_memory->setTitle(tr("Memory"), tr("of %1").arg(wordsOfMemory(known->facts.memory)));
    m_memory->setUnit([](double value) { return wordsOfMemory(qint64(value)); });
    m_memory->setLeastTop(double(known->facts.memory));
    m_memory->setCurves({curveOf(tr("Memory"), Tint::Running, load, load.memory, 1)});
    m_net->setTitle(tr("Net"));
    m_net->setUnit([](double value) { return tr("%1/s").arg(wordsOfSize(qint64(value))); });
    m_net->setLeastTop(1000);
    m_net->setCurves({curveOf(tr("in"), {}, load, load.netIn, 1), curveOf(tr("out"), {}, load, load.netOut, 1)});
}

void MachineDetails::askTasks()
{
    const Machine *known = machine();
    if (!known)
        return;
    const QString name = QString(known->name).replace(u'"', u"\"\""_s);
    ListTasks request;
    request.where = u"machine = \"%1\" and state = started"_s.arg(name);
    request.limit = tasksShown;
    m_desk.connection.send(request, this, [this, id = m_id](const Result<TaskPage> &page) {
        if (page && id == m_id)
            showTasks(page->tasks);
    });
}

void MachineDetails::showTasks(const QList<Task> &tasks)
{
    const Instant now = m_desk.mirror.daemonNow();
    QList<KeyValueGrid::Row> rows;
    for (const Task &task : tasks) {
        const QString since = isSet(task.started) ? wordsOfDuration(now - task.started) : wordOf(task.state);
        rows.append({wordOf(task.state), task.name, since, QString::number(task.id.value), task.batchName});
    }
    if (rows.isEmpty())
        rows.append({tr("Tasks"), tr("none")});
    m_tasks->setRows(rows);
}

} // namespace Drover
