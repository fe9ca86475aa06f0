#include "ui/machines/machineview.h"

#include "ui/machines/lostbanner.h"
#include "ui/widgets/actionbutton.h"
#include "ui/widgets/actionregistry.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/flowline.h"
#include "ui/widgets/look.h"
#include "ui/widgets/notices.h"
#include "ui/widgets/tableview.h"
#include "ui/widgets/words.h"

#include <QtCore/QJsonArray>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QMenu>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTabBar>
#include <QtWidgets/QToolButton>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr int historyEvery = 30; // seconds
constexpr int poolsEvery = 5;
constexpr MachineState chipStates[] = {MachineState::Online, MachineState::Silent, MachineState::Lost, MachineState::Offline,
                                       MachineState::Draining, MachineState::Deploying};

} // namespace

ViewKind machinesKind()
{
    ViewKind kind;
    kind.id = u"machines"_s;
    kind.title = MachineView::tr("Machines");
    kind.icon = u"nav-machines"_s;
    kind.opens = {u"machine"_s, u"pool"_s};
    kind.create = [](Shell &shell, const ObjectLink &object) {
        auto *view = new MachineView(shell);
        view->goTo(object);
        return view;
    };
    kind.registerActions = MachineActions::registerWith;
    kind.badge = [](const Mirror &mirror) {
        const auto lost = std::ranges::count_if(mirror.machines(), [](const Machine &machine) {
            return machine.state == MachineState::Lost;
        });
        if (lost > 0)
            return Badge {.text = wordsOfCount(lost), .trouble = true};
        return Badge {.text = mirror.machines().isEmpty() ? QString() : wordsOfCount(mirror.machines().size())};
    };
    return kind;
}

MachineView::MachineView(Shell &shell)
    : View(shell), m_actions(shell), m_lost(new LostBanner(m_desk.look)), m_line(new FlowLine(m_desk.look)),
      m_tabs(new QTabBar), m_pages(new QStackedWidget), m_table(new TableView(m_desk.look)),
      m_pools(new TableView(m_desk.look)), m_strays(new TableView(m_desk.look))
{
    setObjectName(u"view.machines"_s);
    m_table->setObjectName(u"machines"_s);
    m_table->setAccessibleName(tr("Machines"));
    m_table->setCells(&m_model);
    m_table->setOrder(u"name"_s);
    m_pools->setObjectName(u"pools"_s);
    m_pools->setAccessibleName(tr("Pools"));
    m_pools->setCells(&m_poolModel);
    m_strays->setObjectName(u"strays"_s);
    m_strays->setAccessibleName(tr("Strays"));
    m_strays->setCells(&m_strayModel);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addWidget(m_lost);
    all->addWidget(m_line);
    all->addWidget(m_tabs);
    all->addWidget(m_pages, 1);
    makeLine();
    makeTabs();
    wire();
    m_model.setNow(m_desk.mirror.daemonNow(), m_desk.look.isUtc());
    m_model.setVersion(m_desk.mirror.status().version);
    m_model.reset(m_desk.mirror.machines());
    updateChips();
    updateEmpty();
    updateButtons();
    updateLost();
    askHistory();
}

void MachineView::makeTabs()
{
    m_tabs->setObjectName(u"machineTabs"_s);
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    const std::pair<TableView *, QString> pages[]
        = {{m_table, tr("Machines")}, {m_pools, tr("Pools")}, {m_strays, tr("Strays")}};
    for (const auto &[table, title] : pages) {
        m_tabs->addTab(title);
        m_pages->addWidget(table);
    }
    connect(m_tabs, &QTabBar::currentChanged, this, [this](int index) {
        m_pages->setCurrentIndex(index);
        m_line->setVisible(index == 0);
        if (index == 1)
            m_desk.mirror.requestPools();
        if (index == 2)
            askStrays();
    });
}

void MachineView::makeLine()
{
    const auto onToggled = [this] {
        QSet<MachineState> on;
        for (auto it = m_chips.cbegin(); it != m_chips.cend(); ++it) {
            if ((*it)->isChecked())
                on.insert(it.key());
        }
        m_model.setStates(on);
        m_model.setSkewOnly(m_skew->isChecked());
        updateChips();
        updateEmpty();
        emit statusChanged();
    };
    for (const MachineState state : chipStates) {
        const StateLook look = lookOf(state);
        auto *chip = new Chip(m_desk.look, look.icon, look.tint, look.word.toLower());
        chip->setObjectName(u"chip."_s + enumText(state));
        m_chips.insert(state, chip);
        m_line->addChip(chip);
        connect(chip, &Chip::toggled, this, onToggled);
    }
    m_skew = new Chip(m_desk.look, u"machine-silent"_s, Tint::Silent, tr("version skew"));
    m_skew->setObjectName(u"chip.skew"_s);
    m_line->addChip(m_skew);
    connect(m_skew, &Chip::toggled, this, onToggled);
    const auto button = [&](const QString &id) -> ActionButton * {
        Action *action = m_desk.actions.find(id);
        if (!action)
            return nullptr;
        auto *made = new ActionButton(m_desk.look, *action);
        m_line->addButton(made);
        return made;
    };
    m_drain = button(u"machine.drain"_s);
    m_resume = button(u"machine.resume"_s);
    button(u"machine.slots"_s);
    button(u"machine.showTasks"_s);
    button(u"machine.invite"_s);
    auto *more = new QToolButton;
    more->setObjectName(u"moreActions"_s);
    more->setAccessibleName(tr("More actions"));
    more->setIcon(m_desk.look.icon(u"more"_s, Tint::Text1));
    connect(more, &QToolButton::clicked, this,
            [this, more] { openMenu(more->mapToGlobal(QPoint(0, more->height() + 2))); });
    m_line->addButton(more);
}

void MachineView::wire()
{
    Mirror &mirror = m_desk.mirror;
    connect(&mirror, &Mirror::reloaded, this, [this] {
        m_model.reset(m_desk.mirror.machines());
        updateChips();
        updateEmpty();
        updateLost();
        askHistory();
        goTo(std::exchange(m_wanted, {}));
    });
    connect(&mirror, &Mirror::machinesChanged, this, &MachineView::onMachines);
    connect(&mirror, &Mirror::poolsChanged, this, &MachineView::showPools);
    connect(&mirror, &Mirror::statusChanged, this, [this] { m_model.setVersion(m_desk.mirror.status().version); });
    connect(&mirror, &Mirror::figuresChanged, this, [this] {
        for (TableView *table : {m_table, m_pools, m_strays})
            table->setStale(m_desk.mirror.isStale());
    });
    connect(m_table, &TableView::orderAsked, this, [this](const QString &order) {
        m_model.setOrder(order);
        m_table->setOrder(order);
    });
    connect(m_table, &TableView::refreshAsked, this, [this] {
        m_model.settle();
        m_table->setNews(0, false);
    });
    connect(m_table, &TableView::menuAsked, this, &MachineView::openMenu);
    connect(m_pools, &TableView::menuAsked, this, &MachineView::openPoolMenu);
    connect(m_strays, &TableView::menuAsked, this, &MachineView::openStrayMenu);
    connect(m_table, &TableView::opened, this, [this] { run(u"machine.details"_s); });
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &MachineView::onSelection);
    connect(m_lost, &LostBanner::tasksAsked, this, [this] {
        m_shell.showView(u"tasks"_s, u"unreachable = true or machine in (%1)"_s.arg(m_lostNames));
    });
    connect(m_lost, &LostBanner::machinesAsked, this, [this] {
        for (auto it = m_chips.cbegin(); it != m_chips.cend(); ++it)
            (*it)->setChecked(it.key() == MachineState::Lost || it.key() == MachineState::Silent);
    });
    m_seconds.setInterval(1s);
    connect(&m_seconds, &QTimer::timeout, this, &MachineView::onSecond);
    m_seconds.start();
}

void MachineView::setFilter(const QString &words)
{
    m_words = words;
    m_model.setWords(words);
    updateChips();
    updateEmpty();
    emit statusChanged();
}

QList<Machine> MachineView::chosen() const
{
    QList<Machine> machines;
    for (const QModelIndex &index : m_table->selectionModel()->selectedRows()) {
        if (const Machine *machine = m_model.machineAt(index.row()))
            machines.append(*machine);
    }
    return machines;
}

QString MachineView::whyNot(const QString &actionId) const
{
    return m_actions.whyNot(actionId, chosen());
}

void MachineView::run(const QString &actionId)
{
    const QList<Machine> machines = chosen();
    if (m_actions.whyNot(actionId, machines).isEmpty())
        m_actions.run(actionId, machines);
}

ViewStatus MachineView::status() const
{
    qint64 used = 0;
    qint64 all = 0;
    for (const Machine &machine : m_desk.mirror.machines()) {
        if (isAway(machine.state))
            continue;
        used += std::min(machine.slotsUsed, machine.slotCount);
        all += machine.slotCount;
    }
    ViewStatus status;
    status.shown = tr("%1 shown of %2, %3 of %4 slots busy")
                       .arg(wordsOfCount(m_model.rowCount()), wordsOfCount(m_model.all()), wordsOfCount(used), wordsOfCount(all));
    if (const qsizetype selected = m_table->selectionModel()->selectedRows().size(); selected > 0)
        status.selected = tr("%1 selected").arg(wordsOfCount(selected));
    return status;
}

void MachineView::activated()
{
    for (TableView *table : {m_table, m_pools, m_strays})
        table->setStale(m_desk.mirror.isStale());
    onSecond();
}

void MachineView::onMachines(const MachineChanges &changes)
{
    m_model.apply(changes);
    if (!changes.added.isEmpty())
        askHistory();
    settleIfIdle();
    updateChips();
    updateEmpty();
    updateButtons();
    updateLost();
    emit statusChanged();
    if (!m_wanted.isNull())
        goTo(std::exchange(m_wanted, {}));
}

void MachineView::settleIfIdle()
{
    const qint64 others = m_model.unsettled();
    // Figures rise and fall all the time: rows that are sorted by one move at a person's word alone.
    const bool isByName = m_table->order() == u"name" || m_table->order() == u"-name";
    const bool mayMove = others > 0 && isByName && !m_table->isFrozen();
    if (mayMove)
        m_model.settle();
    m_table->setNews(mayMove ? 0 : others, false);
}

void MachineView::onSelection()
{
    const QList<Machine> machines = chosen();
    if (machines.size() == 1)
        m_shell.setCurrentObject(linkTo(u"machine"_s, machines.first().id.value));
    updateButtons();
    emit statusChanged();
    emit actionsChanged();
}

void MachineView::updateButtons()
{
    const QList<Machine> machines = chosen();
    const bool allDrain = !machines.isEmpty()
        && std::ranges::all_of(machines, [](const Machine &machine) { return machine.draining; });
    if (m_drain)
        m_drain->setVisible(!allDrain);
    if (m_resume)
        m_resume->setVisible(allDrain);
}

void MachineView::onSecond()
{
    if (!isVisible())
        return;
    m_model.setNow(m_desk.mirror.daemonNow(), m_desk.look.isUtc());
    updateLost();
    if (m_desk.mirror.isStale())
        return;
    ++m_beats;
    if (m_beats % historyEvery == 0)
        askHistory();
    if (m_beats % poolsEvery != 0)
        return;
    if (m_tabs->currentIndex() == 1)
        m_desk.mirror.requestPools();
    if (m_tabs->currentIndex() == 2)
        askStrays();
}

void MachineView::askHistory()
{
    m_desk.connection.send(GetMachineSeries {.points = LoadCurves::steps}, this, [this](const Result<LoadSeriesList> &list) {
        if (list)
            m_model.setHistory(list->machines);
    });
}

// What is silent or lost with work on it: when its leases end its tasks are queued again.
void MachineView::updateLost()
{
    QList<Machine> lost;
    QStringList names;
    int tasks = 0;
    Instant lastSeen = Instant::max();
    for (const Machine &machine : m_desk.mirror.machines()) {
        if (machine.state != MachineState::Lost && machine.state != MachineState::Silent)
            continue;
        lost.append(machine);
        names.append(u'"' + machine.name + u'"');
        tasks += machine.tasksNow;
        if (machine.tasksNow > 0)
            lastSeen = std::min(lastSeen, machine.lastContact);
    }
    m_lostNames = names.join(u", "_s);
    m_lost->setMachines(lost);
    if (tasks == 0) {
        m_lost->setOutlook(lost.isEmpty() ? QString() : tr("Nothing runs on them that is not queued again."));
        return;
    }
    auto lease = std::chrono::milliseconds::max();
    for (const Batch &batch : m_desk.mirror.batches()) {
        if (!isSet(batch.ended) && batch.counts.started() > 0)
            lease = std::min(lease, batch.lease);
    }
    const auto left = lastSeen + lease - m_desk.mirror.daemonNow();
    m_lost->setOutlook(lease == std::chrono::milliseconds::max() || left <= 0s
                           ? tr("%n task(s) of theirs go back to the queue as their leases end.", nullptr, tasks)
                           : tr("%n task(s) go back to the queue in %1 unless they return.", nullptr, tasks)
                                 .arg(wordsOfDuration(left)));
}

void MachineView::updateChips()
{
    const QMap<MachineState, qint64> counts = m_model.countsByState();
    for (auto it = m_chips.cbegin(); it != m_chips.cend(); ++it) {
        (*it)->setCount(counts.value(it.key()));
        m_line->setWanted(*it, counts.value(it.key()) > 0 || (*it)->isChecked());
    }
    m_skew->setCount(m_model.skewed());
    m_line->setWanted(m_skew, m_model.skewed() > 0 || m_skew->isChecked());
    m_line->arrange();
}

void MachineView::updateEmpty()
{
    if (m_model.rowCount() > 0)
        m_table->showRows();
    else if (!m_desk.mirror.isLoaded())
        m_table->showLoading();
    else if (m_model.all() == 0)
        m_table->showReason(tr("There is no machine yet: nothing can run."), tr("Invite a machine"),
                            [this] { run(u"machine.invite"_s); }, u"nav-machines"_s);
    else
        m_table->showReason(tr("No machine matches."), tr("Clear filter"), [this] {
            for (Chip *chip : std::as_const(m_chips))
                chip->setChecked(false);
            m_skew->setChecked(false);
            setFilter({});
            emit filterChanged();
        });
}

void MachineView::openMenu(const QPoint &place)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const QString &id : actionIds()) {
        Action *action = m_desk.actions.find(id);
        if (!action || (id == u"machine.resume" && !whyNot(id).isEmpty()))
            continue;
        if (id == u"machine.drain" || id == u"machine.invite" || id == u"machine.copyLink")
            menu->addSeparator();
        menu->addAction(action);
    }
    m_table->popUp(menu, place);
}

void MachineView::showPools()
{
    m_poolModel.setPools(m_desk.mirror.pools(), m_desk.mirror.daemonNow(), m_desk.look.isUtc());
    if (m_poolModel.rowCount() > 0)
        m_pools->showRows();
    else
        m_pools->showReason(tr("There is no pool yet: one is there as soon as a machine is in it."));
}

void MachineView::openPoolMenu(const QPoint &place)
{
    const Pool *pool = m_poolModel.poolAt(m_pools->currentIndex().row());
    if (!pool)
        return;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    QAction *machines = menu->addAction(tr("Show its machines"));
    connect(machines, &QAction::triggered, this, [this, name = pool->name] {
        m_tabs->setCurrentIndex(0);
        setFilter(name);
        emit filterChanged();
    });
    QAction *resume = menu->addAction(tr("End the storm: queue what waits"));
    resume->setEnabled(isSet(pool->stormBegan) && m_desk.mirror.may(Level::Operator) && !m_desk.mirror.isStale());
    connect(resume, &QAction::triggered, this, [this, name = pool->name] { resumePool(name); });
    m_pools->popUp(menu, place);
}

void MachineView::resumePool(const QString &pool)
{
    m_desk.connection.send(ResumePool {.pool = pool}, this, [this, pool](const Result<Done> &done) {
        if (done)
            m_desk.notices.tell(tr("The storm of pool %1 is over").arg(pool));
        else
            m_desk.notices.tellError(tr("Pool %1 could not be resumed").arg(pool), done.error());
        m_desk.mirror.requestPools();
    });
}

void MachineView::askStrays()
{
    m_desk.connection.send(ListStrays {}, this, [this](const Result<StrayList> &list) { showStrays(list); });
}

void MachineView::showStrays(const Result<StrayList> &list)
{
    if (!list) {
        m_strays->showFailure(tr("The strays could not be read: %1").arg(list.error().message), list.error().message,
                              [this] { askStrays(); });
        return;
    }
    QHash<MachineId, QString> names;
    for (const Machine &machine : m_desk.mirror.machines())
        names.insert(machine.id, machine.name);
    m_strayModel.setStrays(list->strays, names, m_desk.mirror.daemonNow(), m_desk.look.isUtc());
    if (list->strays.isEmpty())
        m_strays->showReason(tr("No machine holds anything that was not assigned here."), {}, {}, u"check"_s);
    else
        m_strays->showRows();
}

void MachineView::openStrayMenu(const QPoint &place)
{
    const Stray *stray = m_strayModel.strayAt(m_strays->currentIndex().row());
    if (!stray)
        return;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const bool may = m_desk.mirror.may(Level::Operator) && !m_desk.mirror.isStale();
    const Stray copy = *stray;
    QAction *adopt = menu->addAction(tr("Adopt as the attempt of its task"));
    QAction *stop = menu->addAction(stray->endReason == EndReason::None ? tr("Stop it") : tr("Forget it"));
    adopt->setEnabled(may && !stray->adopted);
    stop->setEnabled(may);
    connect(adopt, &QAction::triggered, this, [this, copy] { settleStray(copy, true); });
    connect(stop, &QAction::triggered, this, [this, copy] { settleStray(copy, false); });
    m_strays->popUp(menu, place);
}

void MachineView::settleStray(const Stray &stray, bool adopt)
{
    const auto onDone = [this](const Result<Done> &done) {
        if (!done)
            m_desk.notices.tellError(tr("The stray could not be settled"), done.error());
        askStrays();
    };
    if (adopt)
        m_desk.connection.send(AdoptStray {.machine = stray.machine, .task = stray.task, .n = stray.n}, this, onDone);
    else
        m_desk.connection.send(StopStray {.machine = stray.machine, .task = stray.task, .n = stray.n}, this, onDone);
}

void MachineView::goTo(const ObjectLink &link)
{
    if (link.kind == u"pool") {
        m_tabs->setCurrentIndex(1);
        return;
    }
    if (link.kind != u"machine")
        return;
    bool isNumber = false;
    const MachineId id {link.id.toLongLong(&isNumber)};
    const Machine *machine = isNumber ? m_desk.mirror.machine(id) : m_desk.mirror.machineNamed(link.id);
    if (!machine) {
        m_wanted = link;
        return;
    }
    m_tabs->setCurrentIndex(0);
    if (m_model.rowOf(machine->id) < 0) { // hidden by a filter: what one goes to is shown
        for (Chip *chip : std::as_const(m_chips))
            chip->setChecked(false);
        m_skew->setChecked(false);
        setFilter({});
        emit filterChanged();
    }
    const int row = m_model.rowOf(machine->id);
    m_table->selectRow(row);
    m_table->scrollTo(m_model.index(row, 0));
}

QJsonObject MachineView::saved() const
{
    QJsonArray states;
    for (auto it = m_chips.cbegin(); it != m_chips.cend(); ++it) {
        if ((*it)->isChecked())
            states.append(enumText(it.key()));
    }
    return {{u"columns"_s, m_table->savedColumns()}, {u"order"_s, m_table->order()}, {u"states"_s, states},
            {u"tab"_s, m_tabs->currentIndex()}};
}

void MachineView::restore(const QJsonObject &saved)
{
    m_table->restoreColumns(saved.value(u"columns"_s).toObject());
    if (const QString order = saved.value(u"order"_s).toString(); !order.isEmpty()) {
        m_table->setOrder(order);
        m_model.setOrder(order);
    }
    const QJsonArray states = saved.value(u"states"_s).toArray();
    for (auto it = m_chips.cbegin(); it != m_chips.cend(); ++it)
        (*it)->setChecked(states.contains(enumText(it.key())));
    m_tabs->setCurrentIndex(saved.value(u"tab"_s).toInt());
}

} // namespace Drover
