#include "ui/batches/causespage.h"

#include "app/mirror/mirror.h"
#include "ui/batches/batchactions.h"
#include "ui/widgets/look.h"
#include "ui/widgets/tableview.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QMenu>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

CausesPage::CausesPage(Shell &shell, BatchActions &actions)
    : m_shell(shell), m_desk(shell.desk()), m_actions(actions), m_table(new TableView(m_desk.look))
{
    m_table->setObjectName(u"causes"_s);
    m_table->setAccessibleName(tr("Causes of failures"));
    m_table->setCells(&m_model);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(m_table);
    m_again.setSingleShot(true);
    connect(&m_again, &QTimer::timeout, this, &CausesPage::ask);
    connect(m_table, &TableView::menuAsked, this, &CausesPage::openMenu);
    connect(m_table, &TableView::opened, this, [this](const QModelIndex &index) {
        if (const Cause *cause = m_model.causeAt(index.row()))
            showTasks(*cause);
    });
}

void CausesPage::show(const Batch &batch, const QString &)
{
    const bool isOther = batch.id != m_batch.id;
    m_batch = batch;
    m_model.setNow(m_desk.mirror.daemonNow(), m_desk.look.isUtc());
    if (isOther) {
        m_model.setCauses({});
        m_askedFor = -1;
        if (batch.counts[TaskState::Failed] > 0)
            m_table->showLoading();
        ask();
    } else if (m_askedFor != batch.counts[TaskState::Failed] && !m_again.isActive()) {
        m_again.start(2s);
    }
}

void CausesPage::ask()
{
    m_askedFor = m_batch.counts[TaskState::Failed];
    if (m_askedFor == 0) {
        m_model.setCauses({});
        m_table->showReason(tr("Nothing of this batch has failed."), {}, {}, u"check"_s);
        return;
    }
    m_desk.connection.send(ListCauses {.batch = m_batch.id, .limit = 200}, this,
                           [this, batch = m_batch.id](const Result<CauseList> &list) { onCauses(batch, list); });
}

void CausesPage::onCauses(BatchId batch, const Result<CauseList> &list)
{
    if (batch != m_batch.id)
        return;
    if (!list) {
        m_table->showFailure(tr("The causes could not be read: %1").arg(list.error().message),
                             list.error().message, [this] { ask(); });
        return;
    }
    m_model.setCauses(*list);
    if (list->causes.isEmpty())
        m_table->showReason(tr("Nothing of this batch has failed."), {}, {}, u"check"_s);
    else
        m_table->showRows();
}

void CausesPage::showTasks(const Cause &cause)
{
    m_shell.showView(u"tasks"_s, u"batch = %1 and cause = %2"_s.arg(m_batch.id.value).arg(cause.key, 0, 16));
}

void CausesPage::fillMenu(QMenu &menu, const Cause &cause)
{
    QAction *retry = menu.addAction(m_desk.look.icon(u"retry"_s, Tint::Text1),
                                    tr("Retry these %n task(s)", nullptr, int(cause.count)));
    retry->setEnabled(m_desk.mirror.may(Level::Operator, m_batch.project) && !m_desk.mirror.isStale());
    connect(retry, &QAction::triggered, this,
            [this, key = cause.key, count = cause.count] { m_actions.retryCause(m_batch.id, key, count); });
    QAction *tasks = menu.addAction(m_desk.look.icon(u"nav-tasks"_s, Tint::Text1), tr("Show these tasks"));
    connect(tasks, &QAction::triggered, this, [this, cause] { showTasks(cause); });
    menu.addSeparator();
    for (const TaskId example : cause.examples) {
        QAction *open = menu.addAction(tr("Open task %1").arg(example.value));
        connect(open, &QAction::triggered, this, [this, example] { m_shell.open(linkTo(u"task"_s, example.value)); });
    }
    for (const SharedTrait &trait : cause.shared) {
        if (trait.name != u"machine")
            continue;
        const Machine *machine = m_desk.mirror.machineNamed(trait.value);
        QAction *open = menu.addAction(tr("Open machine %1").arg(trait.value));
        open->setEnabled(machine);
        if (machine)
            connect(open, &QAction::triggered, this,
                    [this, id = machine->id] { m_shell.open(linkTo(u"machine"_s, id.value)); });
    }
}

void CausesPage::openMenu(const QPoint &place)
{
    const Cause *cause = m_model.causeAt(m_table->currentIndex().row());
    if (!cause)
        return;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    fillMenu(*menu, *cause);
    m_table->popUp(menu, place);
}

} // namespace Drover
