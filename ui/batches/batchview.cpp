#include "ui/batches/batchview.h"

#include "app/mirror/mirror.h"
#include "ui/batches/batchpane.h"
#include "ui/batches/taskspage.h"
#include "ui/widgets/actionbutton.h"
#include "ui/widgets/actionregistry.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/flowline.h"
#include "ui/widgets/look.h"
#include "ui/widgets/tableview.h"
#include "ui/widgets/taskactionspecs.h"
#include "ui/widgets/words.h"

#include <QtCore/QJsonArray>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QMenu>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QToolButton>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr int ratesEvery = 5; // seconds
constexpr BatchState chipStates[] = {BatchState::Running, BatchState::Queued, BatchState::Waiting, BatchState::Paused,
                                     BatchState::Held, BatchState::Failed, BatchState::Cancelled, BatchState::Succeeded};

} // namespace

ViewKind batchesKind()
{
    ViewKind kind;
    kind.id = u"batches"_s;
    kind.title = BatchView::tr("Batches");
    kind.icon = u"nav-batches"_s;
    kind.opens = {u"batch"_s};
    kind.create = [](Shell &shell, const ObjectLink &object) {
        auto *view = new BatchView(shell);
        view->goTo(object);
        return view;
    };
    kind.registerActions = BatchActions::registerWith;
    kind.badge = [](const Mirror &mirror) {
        const auto live = std::ranges::count_if(mirror.batches(), [](const Batch &batch) { return !isSet(batch.ended); });
        return Badge {.text = live > 0 ? wordsOfCount(live) : QString()};
    };
    return kind;
}

BatchView::BatchView(Shell &shell)
    : View(shell), m_actions(shell), m_line(new FlowLine(m_desk.look)), m_table(new TableView(m_desk.look)),
      m_pane(new BatchPane(shell, m_actions)), m_splitter(new QSplitter(Qt::Vertical))
{
    setObjectName(u"view.batches"_s);
    m_table->setObjectName(u"batches"_s);
    m_table->setAccessibleName(tr("Batches"));
    m_table->setCells(&m_model);
    m_table->setOrder(u"-created"_s);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->addWidget(m_table);
    m_splitter->addWidget(m_pane);
    m_splitter->setStretchFactor(0, 2);
    m_splitter->setStretchFactor(1, 3);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addWidget(m_line);
    all->addWidget(m_splitter, 1);
    makeLine();
    wire();
    m_model.setNow(m_desk.mirror.daemonNow(), m_desk.look.isUtc());
    m_model.reset(m_desk.mirror.batches());
    m_pane->clear();
    updateChips();
    updateEmpty();
}

void BatchView::makeLine()
{
    for (const BatchState state : chipStates) {
        const StateLook look = lookOf(state);
        auto *chip = new Chip(m_desk.look, look.icon, look.tint, look.word.toLower());
        chip->setObjectName(u"chip."_s + enumText(state));
        m_chips.insert(state, chip);
        m_line->addChip(chip);
        connect(chip, &Chip::toggled, this, [this] {
            QSet<BatchState> on;
            for (auto it = m_chips.cbegin(); it != m_chips.cend(); ++it) {
                if ((*it)->isChecked())
                    on.insert(it.key());
            }
            m_model.setStates(on);
            updateChips();
            updateEmpty();
            emit statusChanged();
        });
    }
    const auto button = [&](const QString &id) -> ActionButton * {
        Action *action = m_desk.actions.find(id);
        if (!action)
            return nullptr;
        auto *made = new ActionButton(m_desk.look, *action);
        m_line->addButton(made);
        return made;
    };
    m_pause = button(u"batch.pause"_s);
    m_resume = button(u"batch.resume"_s);
    m_retry = button(u"batch.retryFailed"_s);
    button(u"batch.cancel"_s);
    auto *more = new QToolButton;
    more->setObjectName(u"moreActions"_s);
    more->setAccessibleName(tr("More actions"));
    more->setIcon(m_desk.look.icon(u"more"_s, Tint::Text1));
    connect(more, &QToolButton::clicked, this,
            [this, more] { openMenu(more->mapToGlobal(QPoint(0, more->height() + 2))); });
    m_line->addButton(more);
}

void BatchView::wire()
{
    Mirror &mirror = m_desk.mirror;
    connect(&mirror, &Mirror::reloaded, this, [this] {
        m_model.reset(m_desk.mirror.batches());
        updateChips();
        updateEmpty();
        goTo(std::exchange(m_wanted, {}));
    });
    connect(&mirror, &Mirror::batchesChanged, this, &BatchView::onBatches);
    connect(&mirror, &Mirror::figuresChanged, this, [this] { m_table->setStale(m_desk.mirror.isStale()); });
    connect(&m_desk.look, &Look::utcChanged, this, [this] { m_model.setNow(m_desk.mirror.daemonNow(), m_desk.look.isUtc()); });
    connect(m_table, &TableView::orderAsked, this, [this](const QString &order) {
        m_model.setOrder(order);
        m_table->setOrder(order);
    });
    connect(m_table, &TableView::refreshAsked, this, [this] {
        m_model.settle();
        m_table->setNews(0, false);
    });
    connect(m_table, &TableView::foldAsked, this, &BatchView::onFold);
    connect(m_table, &TableView::menuAsked, this, &BatchView::openMenu);
    connect(m_table, &TableView::opened, this, [this] { run(u"batch.showTasks"_s); });
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &BatchView::onSelection);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &BatchView::onCurrent);
    connect(m_pane, &BatchPane::pageChanged, this, &BatchView::actionsChanged);
    connect(&m_pane->tasks(), &TasksPage::selectionChanged, this, &BatchView::actionsChanged);
    m_seconds.setInterval(1s);
    connect(&m_seconds, &QTimer::timeout, this, &BatchView::onSecond);
    m_seconds.start();
}

void BatchView::setFilter(const QString &words)
{
    m_words = words;
    m_model.setWords(words);
    updateChips();
    updateEmpty();
    emit statusChanged();
}

ChosenBatches BatchView::chosen() const
{
    ChosenBatches chosen;
    QSet<BatchId> whole;
    QList<BatchRowKey> steps;
    for (const QModelIndex &index : m_table->selectionModel()->selectedRows()) {
        const BatchRowKey key = m_model.keyAt(index.row());
        if (key.isStep())
            steps.append(key);
        else
            whole.insert(key.batch);
    }
    // Steps of one batch alone are steps; with anything else they stand for their batches.
    const bool stepsAlone = whole.isEmpty() && !steps.isEmpty()
        && std::ranges::all_of(steps, [&](const BatchRowKey &key) { return key.batch == steps.first().batch; });
    for (const BatchRowKey &key : std::as_const(steps))
        whole.insert(key.batch);
    for (const BatchId id : std::as_const(whole)) {
        if (const Batch *batch = m_model.find(id))
            chosen.batches.append(*batch);
    }
    std::ranges::sort(chosen.batches, {}, &Batch::id);
    const auto add = [&chosen](const StateCounts &counts) {
        for (int state = 0; state < taskStateCount; ++state)
            chosen.counts.add(TaskState(state), counts[TaskState(state)]);
    };
    if (stepsAlone) {
        for (const BatchRowKey &key : std::as_const(steps)) {
            chosen.steps.append(m_model.stepAt(m_model.rowOf(key)));
            add(m_model.stepCounts(key));
        }
    } else {
        for (const Batch &batch : std::as_const(chosen.batches))
            add(batch.counts);
    }
    return chosen;
}

QStringList BatchView::actionIds() const
{
    return m_pane->page() == u"tasks" ? BatchActions::ids() + taskActionIds() : BatchActions::ids();
}

QString BatchView::whyNot(const QString &actionId) const
{
    if (actionId.startsWith(u"task."))
        return actionIds().contains(actionId) ? m_pane->tasks().whyNot(actionId) : View::whyNot(actionId);
    return m_actions.whyNot(actionId, chosen());
}

void BatchView::run(const QString &actionId)
{
    if (actionId.startsWith(u"task.")) {
        if (whyNot(actionId).isEmpty())
            m_pane->tasks().run(actionId);
        return;
    }
    const ChosenBatches batches = chosen();
    if (m_actions.whyNot(actionId, batches).isEmpty())
        m_actions.run(actionId, batches);
}

ViewStatus BatchView::status() const
{
    const ChosenBatches batches = chosen();
    ViewStatus status;
    status.shown = tr("%1 shown of %2").arg(wordsOfCount(m_model.shown()), wordsOfCount(m_model.all()));
    if (!batches.isEmpty())
        status.selected = tr("%1 selected: %2 tasks").arg(wordsOfCount(batches.batches.size()), wordsOfCount(batches.counts.total()));
    return status;
}

void BatchView::activated()
{
    m_table->setStale(m_desk.mirror.isStale());
    onSecond();
}

void BatchView::onBatches(const BatchChanges &changes)
{
    m_model.apply(changes);
    settleIfIdle();
    updateChips();
    updateEmpty();
    updateButtons();
    for (const Batch &batch : changes.changed) {
        if (batch.id == m_pane->batch())
            onCurrent();
    }
    if (m_wanted.isNull())
        return;
    goTo(std::exchange(m_wanted, {}));
}

void BatchView::settleIfIdle()
{
    const qint64 others = m_model.unsettled();
    const bool mayMove = others > 0 && !m_table->isFrozen();
    if (mayMove)
        m_model.settle();
    m_table->setNews(mayMove ? 0 : others, false);
}

void BatchView::onSelection()
{
    updateButtons();
    emit statusChanged();
    emit actionsChanged();
}

void BatchView::onCurrent()
{
    const int row = m_table->currentIndex().row();
    const Batch *batch = m_model.batchAt(row);
    if (!batch) {
        m_pane->clear();
        return;
    }
    if (batch->id != m_pane->batch())
        m_shell.setCurrentObject(linkTo(u"batch"_s, batch->id.value));
    m_pane->setBatch(*batch, m_model.stepAt(row));
}

void BatchView::updateButtons()
{
    const ChosenBatches batches = chosen();
    const qint64 failed = batches.counts[TaskState::Failed];
    if (m_retry)
        m_retry->setWords(failed > 0 ? tr("Retry %1 failed").arg(wordsOfCount(failed)) : QString());
    const bool allPaused = !batches.isEmpty()
        && std::ranges::all_of(batches.batches, [](const Batch &batch) { return batch.paused; });
    if (m_pause)
        m_pause->setVisible(!allPaused);
    if (m_resume)
        m_resume->setVisible(allPaused);
}

void BatchView::onFold(int row, bool open)
{
    const Batch *batch = m_model.batchAt(row);
    if (!batch)
        return;
    const BatchId id = batch->id;
    m_model.setOpen(id, open);
    if (open)
        askSteps(id);
}

void BatchView::askSteps(BatchId batch)
{
    if (m_asked.contains(batch))
        return;
    m_asked.insert(batch);
    const Batch *row = m_model.find(batch);
    m_stepsAsOf.insert(batch, row ? row->rev : 0);
    m_desk.connection.send(ListSteps {.batch = batch}, this, [this, batch](const Result<BatchStepList> &list) {
        m_asked.remove(batch);
        if (list)
            m_model.setSteps(batch, list->steps);
    });
}

void BatchView::onSecond()
{
    if (!isVisible())
        return;
    m_model.setNow(m_desk.mirror.daemonNow(), m_desk.look.isUtc());
    settleIfIdle();
    if (m_desk.mirror.isStale())
        return;
    ++m_beats;
    if (m_beats % ratesEvery == 1)
        askRates();
    for (const BatchId id : m_model.openBatches()) {
        const Batch *batch = m_model.find(id);
        if (batch && (m_beats % 2 == 0 || !m_model.knowsSteps(id)) && m_stepsAsOf.value(id, -1) != batch->rev)
            askSteps(id);
    }
}

void BatchView::askRates()
{
    m_desk.connection.send(ListRates {}, this, [this](const Result<BatchRateList> &list) {
        if (list)
            m_model.setRates(list->rates);
    });
}

void BatchView::updateChips()
{
    const QMap<BatchState, qint64> counts = m_model.countsByState();
    for (auto it = m_chips.cbegin(); it != m_chips.cend(); ++it) {
        (*it)->setCount(counts.value(it.key()));
        m_line->setWanted(*it, counts.value(it.key()) > 0 || (*it)->isChecked());
    }
    m_line->arrange();
}

void BatchView::updateEmpty()
{
    if (m_model.rowCount() > 0)
        m_table->showRows();
    else if (!m_desk.mirror.isLoaded())
        m_table->showLoading();
    else if (m_model.all() == 0)
        m_table->showReason(tr("There is no batch yet."), tr("Submit work"),
                            [this] { m_shell.open(ObjectLink {.kind = u"submit"_s}); }, u"nav-batches"_s);
    else
        m_table->showReason(tr("No batch matches."), tr("Clear filter"), [this] {
            for (Chip *chip : std::as_const(m_chips))
                chip->setChecked(false);
            setFilter({});
            emit filterChanged();
        });
}

void BatchView::openMenu(const QPoint &place)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const QString &id : BatchActions::ids()) {
        Action *action = m_desk.actions.find(id);
        const bool isTurned = (id == u"batch.release" || id == u"batch.resume" || id == u"batch.unkeep") && !whyNot(id).isEmpty();
        if (!action || isTurned)
            continue;
        if (id == u"batch.retryFailed" || id == u"batch.priority" || id == u"batch.showTasks")
            menu->addSeparator();
        menu->addAction(action);
    }
    m_table->popUp(menu, place);
}

void BatchView::select(BatchId batch)
{
    const int row = m_model.rowOf({batch});
    if (row < 0)
        return;
    m_table->selectRow(row);
    m_table->scrollTo(m_model.index(row, 0));
}

void BatchView::goTo(const ObjectLink &link)
{
    if (link.kind != u"batch")
        return;
    bool isNumber = false;
    const BatchId id {link.id.toLongLong(&isNumber)};
    const Batch *batch = isNumber ? m_desk.mirror.batch(id) : m_desk.mirror.batchNamed(link.id, {});
    if (!batch) {
        m_wanted = link;
        return;
    }
    if (m_model.rowOf({batch->id}) < 0) { // hidden by a filter: what one goes to is shown
        for (Chip *chip : std::as_const(m_chips))
            chip->setChecked(false);
        setFilter({});
        emit filterChanged();
    }
    select(batch->id);
    if (!link.part.isEmpty())
        m_pane->setPage(link.part);
}

QJsonObject BatchView::saved() const
{
    QJsonArray states;
    for (auto it = m_chips.cbegin(); it != m_chips.cend(); ++it) {
        if ((*it)->isChecked())
            states.append(enumText(it.key()));
    }
    return {{u"columns"_s, m_table->savedColumns()},
            {u"order"_s, m_table->order()},
            {u"states"_s, states},
            {u"page"_s, m_pane->page()},
            {u"batch"_s, m_pane->batch().value},
            {u"splitter"_s, QString::fromLatin1(m_splitter->saveState().toBase64())}};
}

void BatchView::restore(const QJsonObject &saved)
{
    m_table->restoreColumns(saved.value(u"columns"_s).toObject());
    if (const QString order = saved.value(u"order"_s).toString(); !order.isEmpty()) {
        m_table->setOrder(order);
        m_model.setOrder(order);
    }
    const QJsonArray states = saved.value(u"states"_s).toArray();
    for (auto it = m_chips.cbegin(); it != m_chips.cend(); ++it)
        (*it)->setChecked(states.contains(enumText(it.key())));
    m_pane->setPage(saved.value(u"page"_s).toString());
    m_splitter->restoreState(QByteArray::fromBase64(saved.value(u"splitter"_s).toString().toLatin1()));
    if (const qint64 batch = saved.value(u"batch"_s).toInteger(); batch > 0)
        goTo(linkTo(u"batch"_s, batch));
}

} // namespace Drover
