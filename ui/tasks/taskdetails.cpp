#include "ui/tasks/taskdetails.h"

#include "ui/tasks/attemptmodel.h"
#include "ui/tasks/taskreason.h"
#include "ui/tasks/transfermodel.h"
#include "ui/widgets/commandwell.h"
#include "ui/widgets/curvechart.h"
#include "ui/widgets/look.h"
#include "ui/widgets/statelook.h"
#include "ui/widgets/tableview.h"
#include "ui/widgets/taskactions.h"
#include "ui/widgets/words.h"

#include <QtWidgets/QLabel>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTabBar>
#include <QtWidgets/QToolButton>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

void TaskDetails::setTask(TaskId id)
{
    if (id == m_source.id())
        return;
    m_revealed = false;
    m_source.setTask(id);
}

TaskTarget TaskDetails::target() const
{
    return m_source.detail() ? TaskTarget::of(m_source.detail()->task) : TaskTarget();
}

void TaskDetails::showPage(const QString &name)
{
    if (const qsizetype page = m_names.indexOf(name); page >= 0)
        m_tabs->setCurrentIndex(int(page));
}

QString TaskDetails::page() const
{
    return m_names.value(m_tabs->currentIndex());
}

void TaskDetails::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    m_source.setWatched(true);
}

void TaskDetails::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    m_source.setWatched(false);
}

void TaskDetails::show()
{
    const TaskDetail *detail = m_source.detail();
    showGone();
    showActions();
    if (!detail) {
        if (!m_source.error()) {
            m_title->setText(m_source.id() ? tr("Task %1").arg(groupedId(m_source.id().value)) : tr("No task is selected"));
            for (QLabel *label : {m_shape, m_state, m_id, m_age})
                label->clear();
        }
        m_tabs->setEnabled(false);
        m_pages->setVisible(false);
        emit changed();
        return;
    }
    m_tabs->setEnabled(true);
    m_pages->setVisible(true);
    showHead(*detail);
    showSummary(*detail);
    m_attemptRows->setAttempts(detail->attempts, m_desk.mirror.daemonNow(), m_desk.look.isUtc());
    m_fileRows->setSpec(detail->spec);
    if (m_fileRows->rowCount() == 0)
        m_files->showReason(tr("It takes no files in and hands none out."), {}, {}, u"file"_s);
    else
        m_files->showRows();
    if (m_attemptRows->rowCount() == 0)
        m_attempts->showReason(tr("It has not run yet."), {}, {}, u"clock"_s);
    else
        m_attempts->showRows();
    const QString environment = printedEnvironment(detail->spec, m_revealed ? Secrets::Shown : Secrets::Masked);
    m_environment->setText(environment.isEmpty() ? tr("(nothing of its own)") : environment);
    m_reveal->setVisible(hasSecrets(detail->spec));
    if (const QString json = printedJson(*detail); json != m_json->toPlainText()) {
        const int at = m_json->verticalScrollBar()->value();
        m_json->setPlainText(json);
        m_json->verticalScrollBar()->setValue(at);
    }
    emit changed();
}

void TaskDetails::showHead(const TaskDetail &detail)
{
    const Task &task = detail.task;
    const StateLook look = lookOf(task.state);
    const int size = m_desk.look.scaled(16);
    m_title->setText(task.name);
    m_title->setToolTip(task.name);
    m_shape->setPixmap(m_desk.look.pixmap(look.icon, look.tint, size, devicePixelRatioF()));
    QPalette palette;
    palette.setColor(QPalette::WindowText, m_desk.look.color(look.tint));
    m_state->setPalette(palette);
    m_state->setText(task.held && !isFinished(task.state) ? tr("%1, held").arg(look.word) : look.word);
    m_id->setText(groupedId(task.id.value));
    const Instant since = isSet(task.ended) ? task.ended : isSet(task.started) ? task.started : task.queued;
    m_age->setText(wordsOfAge(since, m_desk.mirror.daemonNow()));
    m_age->setToolTip(wordsOfMoment(since, m_desk.look.isUtc()));
    const qsizetype attempts = m_names.indexOf(u"attempts"_s);
    m_tabs->setTabText(int(attempts), detail.attempts.isEmpty() ? tr("Attempts") : tr("Attempts %1").arg(detail.attempts.size()));
}

void TaskDetails::showSummary(const TaskDetail &detail)
{
    const TaskReason reason = reasonOf(detail, m_source.explanation(), m_desk.mirror.machines());
    m_reason->setReason(reason.kind, reason.title, reason.why, reason.remedies);
    m_facts->setRows(factsOf(detail, m_source.gauge(), m_desk.mirror.daemonNow(), m_desk.look.isUtc()));
    showCurve(detail);
    m_command->setText(printedCommand(detail.spec));
}

void TaskDetails::showCurve(const TaskDetail &detail)
{
    // Of what runs: since somebody looks. Of what has ended: as its agent measured it.
    const bool runs = !isFinished(detail.task.state);
    const auto points = runs ? m_source.memory() : memoryCurve(detail, detail.task.lastAttempt);
    m_curve->setVisible(points.size() > 2);
    if (points.size() <= 2)
        return;
    double peak = 0;
    for (const auto &[at, value] : points)
        peak = std::max(peak, value);
    m_curve->setTitle((runs ? tr("Memory, attempt %1, since you look") : tr("Memory, attempt %1")).arg(detail.task.lastAttempt),
                      tr("peak %1").arg(wordsOfMemory(qint64(peak))));
    m_curve->setSpan(points.first().first, points.last().first);
    m_curve->setUtc(m_desk.look.isUtc());
    m_curve->setCurves({{.name = tr("memory"), .points = points, .tint = std::nullopt}});
    const qint64 limit = detail.spec.needs.memory;
    m_curve->setLimit(limit > 0 ? std::optional(double(limit)) : std::nullopt, tr("limit %1").arg(wordsOfMemory(limit)));
}

void TaskDetails::showGone()
{
    const auto &error = m_source.error();
    m_gone->setVisible(error.has_value());
    if (!error)
        return;
    m_gone->setText(error->code == ErrorCode::NotFound
                        ? tr("Task %1 is not there any more: it was put away, or was never yours to see.").arg(groupedId(m_source.id().value))
                        : tr("Task %1 cannot be read: %2").arg(groupedId(m_source.id().value), error->message));
}

void TaskDetails::showActions()
{
    const TaskTarget known = target();
    for (auto it = m_buttons.cbegin(); it != m_buttons.cend(); ++it) {
        const QString reason = m_actions.whyNot(it.key(), known);
        (*it)->setEnabled(reason.isEmpty());
        (*it)->setToolTip(reason);
    }
}

void TaskDetails::onRemedy(const QString &link)
{
    const TaskDetail *detail = m_source.detail();
    if (!detail)
        return;
    const QString kind = link.section(u':', 0, 0);
    const QString rest = link.section(u':', 1);
    if (kind == u"action") {
        m_actions.run(rest, target());
    } else if (kind == u"task") {
        m_shell.open(linkTo(u"task"_s, rest.toLongLong()));
    } else if (kind == u"memory") {
        const qint64 bytes = rest.toLongLong();
        m_actions.retryWith(detail->task, [bytes](TaskSpec spec) {
            spec.needs.memory = bytes;
            return spec;
        }, tr("%1 queued again with %2").arg(u"%1"_s, wordsOfMemory(bytes)));
    } else if (kind == u"timeout") {
        const std::chrono::milliseconds limit(rest.toLongLong());
        m_actions.retryWith(detail->task, [limit](TaskSpec spec) {
            spec.timeouts.run = limit;
            return spec;
        }, tr("%1 queued again with %2").arg(u"%1"_s, wordsOfDuration(limit)));
    }
}

} // namespace Drover
