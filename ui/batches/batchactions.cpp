#include "ui/batches/batchactions.h"

#include "app/mirror/mirror.h"
#include "backend/protocol/batchrequests.h"
#include "ui/batches/limitssheet.h"
#include "ui/widgets/actionregistry.h"
#include "ui/widgets/notices.h"
#include "ui/widgets/words.h"

#include <memory>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

QString quoted(QString text)
{
    text.replace(u'"', u"\"\""_s);
    return u'"' + text + u'"';
}

// "Nightly index", or "3 batches".
QString nameOf(const ChosenBatches &chosen)
{
    if (chosen.steps.size() == 1)
        return BatchActions::tr("step %1 of %2").arg(chosen.steps.first(), chosen.batches.first().name);
    return chosen.batches.size() == 1 ? chosen.batches.first().name
                                      : BatchActions::tr("%n batch(es)", nullptr, int(chosen.batches.size()));
}

template<typename Test>
bool anyOf(const ChosenBatches &chosen, Test test)
{
    return std::ranges::any_of(chosen.batches, test);
}

} // namespace

QString whereOf(const ChosenBatches &chosen)
{
    QStringList ids;
    for (const Batch &batch : chosen.batches)
        ids.append(QString::number(batch.id.value));
    QString where = u"batch in (%1)"_s.arg(ids.join(u", "_s));
    if (chosen.steps.isEmpty())
        return where;
    QStringList steps;
    for (const QString &step : chosen.steps)
        steps.append(quoted(step));
    return where + u" and step in (%1)"_s.arg(steps.join(u", "_s));
}

BatchActions::BatchActions(Shell &shell, QObject *parent) : QObject(parent), m_shell(shell), m_desk(shell.desk()) { }

void BatchActions::registerWith(ActionRegistry &actions)
{
    const auto add = [&](const char *id, const QString &text, const QString &icon, Reversible reversible,
                         const QString &words, const QKeySequence &keys = {}) {
        actions.add({.id = QString::fromLatin1(id), .text = text, .icon = icon, .section = tr("Batches"), .shortcut = keys,
                     .needs = reversible == Reversible::ChangesNothing ? std::optional<Level>() : Level::Operator,
                     .reversible = reversible, .scope = ShortcutScope::Table, .words = words});
    };
    using enum Reversible;
    add("batch.hold", tr("Hold"), u"hold"_s, Yes, tr("Nothing new of it starts; what runs goes on"));
    add("batch.release", tr("Release"), u"hold"_s, Yes, tr("Its tasks may start again"));
    add("batch.pause", tr("Pause"), u"state-paused"_s, Yes, tr("Nothing new starts, and what runs is frozen"));
    add("batch.resume", tr("Resume"), u"state-running"_s, Yes, tr("What was frozen goes on"));
    add("batch.retryFailed", tr("Retry failed"), u"retry"_s, No, tr("Queues its failed tasks again"));
    add("batch.cancel", tr("Cancel…"), u"cancel"_s, No, tr("Ends all of its tasks that have not ended"));
    add("batch.priority", tr("Priority…"), u"sliders"_s, Yes, tr("0 to 100; higher goes first"));
    add("batch.limits", tr("Limits…"), u"sliders"_s, Yes, tr("How much of it runs at once, where, and how leases end"));
    add("batch.keep", tr("Keep"), u"bookmark"_s, Yes, tr("Marks it as evidence: retention leaves it alone"));
    add("batch.unkeep", tr("Do not keep"), u"bookmark"_s, Yes, tr("Retention may take it again"));
    add("batch.showTasks", tr("Show tasks"), u"nav-tasks"_s, ChangesNothing, tr("Its tasks, in the view of tasks"));
    add("batch.copyLink", tr("Copy link"), u"copy"_s, ChangesNothing, tr("A link for mail and chat"));
}

QStringList BatchActions::ids()
{
    return {u"batch.hold"_s, u"batch.release"_s, u"batch.pause"_s, u"batch.resume"_s, u"batch.retryFailed"_s,
            u"batch.cancel"_s, u"batch.priority"_s, u"batch.limits"_s, u"batch.keep"_s, u"batch.unkeep"_s,
            u"batch.showTasks"_s, u"batch.copyLink"_s};
}

QString BatchActions::whyNot(const QString &id, const ChosenBatches &chosen) const
{
    if (chosen.isEmpty())
        return tr("Choose a batch first");
    if (id == u"batch.showTasks")
        return {};
    if (id == u"batch.copyLink")
        return chosen.batches.size() == 1 ? QString() : tr("Choose one batch");
    for (const Batch &batch : chosen.batches) {
        if (!m_desk.mirror.may(Level::Operator, batch.project))
            return tr("Needs the access level operator in project %1").arg(batch.project);
    }
    if (id == u"batch.retryFailed")
        return chosen.counts[TaskState::Failed] > 0 ? QString() : tr("Nothing of it has failed");
    if (id == u"batch.cancel")
        return chosen.counts.finished() < chosen.counts.total() ? QString() : tr("Nothing of it is left to cancel");
    if (!chosen.steps.isEmpty())
        return tr("Steps have no flags and limits of their own: choose the batch");
    if (const auto over = std::ranges::find_if(chosen.batches, [](const Batch &batch) { return isSet(batch.ended); });
        over != chosen.batches.cend())
        return tr("%1 has ended").arg(over->name);
    if (id == u"batch.hold" && !anyOf(chosen, [](const Batch &batch) { return !batch.held; }))
        return tr("It is held already");
    if (id == u"batch.release" && !anyOf(chosen, [](const Batch &batch) { return batch.held; }))
        return tr("It is not held");
    if (id == u"batch.pause" && !anyOf(chosen, [](const Batch &batch) { return !batch.paused; }))
        return tr("It is paused already");
    if (id == u"batch.resume" && !anyOf(chosen, [](const Batch &batch) { return batch.paused; }))
        return tr("It is not paused");
    if (id == u"batch.keep" && !anyOf(chosen, [](const Batch &batch) { return !batch.keep; }))
        return tr("It is kept already");
    if (id == u"batch.unkeep" && !anyOf(chosen, [](const Batch &batch) { return batch.keep; }))
        return tr("It is not kept");
    return id == u"batch.limits" && chosen.batches.size() > 1 ? tr("Choose one batch") : QString();
}

void BatchActions::run(const QString &id, const ChosenBatches &chosen)
{
    const QString name = nameOf(chosen);
    if (id == u"batch.hold")
        set(chosen, [](SetBatch &request) { request.held = true; }, tr("Held %1").arg(name));
    else if (id == u"batch.release")
        set(chosen, [](SetBatch &request) { request.held = false; }, tr("Released %1").arg(name));
    else if (id == u"batch.pause")
        set(chosen, [](SetBatch &request) { request.paused = true; }, tr("Paused %1").arg(name));
    else if (id == u"batch.resume")
        set(chosen, [](SetBatch &request) { request.paused = false; }, tr("Resumed %1").arg(name));
    else if (id == u"batch.keep")
        set(chosen, [](SetBatch &request) { request.keep = true; }, tr("Kept %1").arg(name));
    else if (id == u"batch.unkeep")
        set(chosen, [](SetBatch &request) { request.keep = false; }, tr("%1 is not kept any more").arg(name));
    else if (id == u"batch.retryFailed")
        retryFailed(chosen);
    else if (id == u"batch.cancel")
        askCancel(chosen);
    else if (id == u"batch.priority")
        askPriority(chosen);
    else if (id == u"batch.limits")
        showLimits(chosen.batches.first());
    else if (id == u"batch.showTasks")
        m_shell.showView(u"tasks"_s, whereOf(chosen));
    else if (id == u"batch.copyLink") {
        ObjectLink link = linkTo(u"batch"_s, chosen.batches.first().id.value);
        link.store = m_desk.mirror.store();
        m_shell.copy(link.text(), tr("Link"));
    }
}

// One request a batch; said once, when the last has been answered.
void BatchActions::set(const ChosenBatches &chosen, const std::function<void(SetBatch &)> &change, const QString &done)
{
    struct Round
    {
        qsizetype left = 0;
        QList<std::pair<QString, QString>> failures;
    };
    const auto round = std::make_shared<Round>();
    round->left = chosen.batches.size();
    for (const Batch &batch : chosen.batches) {
        SetBatch request {.id = batch.id};
        change(request);
        m_desk.connection.send(request, this, [this, round, done, name = batch.name](const Result<Batch> &set) {
            if (!set)
                round->failures.append({name, set.error().message});
            if (--round->left > 0)
                return;
            if (round->failures.isEmpty())
                m_desk.notices.tell(done);
            else
                m_desk.notices.tellFailures(tr("Not every batch could be changed"), round->failures, {});
        });
    }
}

void BatchActions::askPriority(const ChosenBatches &chosen)
{
    const auto problem = [](const QString &text) {
        bool ok = false;
        const int priority = text.trimmed().toInt(&ok);
        return ok && priority >= 0 && priority <= 100 ? QString() : tr("A whole number from 0 to 100 is expected");
    };
    m_desk.notices.askText(tr("Priority of %1").arg(nameOf(chosen)), tr("0 to 100; higher goes first"),
                           QString::number(chosen.batches.first().priority), problem, this,
                           [this, chosen](const QString &text) {
                               const int priority = text.trimmed().toInt();
                               set(chosen, [priority](SetBatch &request) { request.priority = priority; },
                                   tr("Priority of %1 is %2").arg(nameOf(chosen)).arg(priority));
                           });
}

void BatchActions::showLimits(const Batch &batch)
{
    auto *sheet = new LimitsSheet(m_desk.look, batch);
    connect(sheet, &LimitsSheet::closed, this, [this, sheet] { m_shell.closeSheet(sheet); });
    connect(sheet, &LimitsSheet::accepted, this, [this, sheet, batch](const SetBatch &request) {
        m_shell.closeSheet(sheet);
        m_desk.connection.send(request, this, [this, name = batch.name](const Result<Batch> &set) {
            if (set)
                m_desk.notices.tell(tr("Limits of %1 are set").arg(name));
            else
                m_desk.notices.tellError(tr("The limits of %1 could not be set").arg(name), set.error());
        });
    });
    m_shell.showSheet(sheet, 480);
}

template<typename Request>
void BatchActions::sendTasks(const Request &request, const QString &failed, const std::function<QString(qint64)> &done)
{
    m_desk.connection.send(request, this, [this, failed, done](const Result<Touched> &touched) {
        if (!touched)
            m_desk.notices.tellError(failed, touched.error());
        else
            m_desk.notices.tell(done(touched->changed));
    });
}

void BatchActions::askCancel(const ChosenBatches &chosen)
{
    const StateCounts &counts = chosen.counts;
    const qint64 left = counts.total() - counts.finished();
    Question question;
    question.title = tr("Cancel %n task(s) of %1?", nullptr, int(left)).arg(nameOf(chosen));
    question.verb = tr("Cancel %n task(s)", nullptr, int(left));
    question.lines = {tr("%1 have not started, %2 have").arg(wordsOfCount(left - counts.started()), wordsOfCount(counts.started()))};
    if (counts.started() > 0)
        question.irreversible = tr("What %n running task(s) have done so far is lost.", nullptr, int(counts.started()));
    question.typedCount = left > 1000 ? left : 0;
    question.destructive = true;
    const CancelTasks request {.tasks = {.where = whereOf(chosen) + u" and state = unfinished"_s}};
    m_desk.notices.ask(question, this, [this, request] {
        m_desk.connection.send(request, this, [this](const Result<Touched> &touched) {
            if (!touched)
                m_desk.notices.tellError(tr("The tasks could not be cancelled"), touched.error());
            else if (touched->operation)
                m_desk.notices.tellUndoable(tr("Cancelled %n task(s)", nullptr, int(touched->changed)), touched->operation);
            else
                m_desk.notices.tell(tr("Cancelled %n task(s)", nullptr, int(touched->changed)));
        });
    });
}

void BatchActions::retryFailed(const ChosenBatches &chosen)
{
    const qint64 failed = chosen.counts[TaskState::Failed];
    const RetryTasks request {.tasks = {.where = whereOf(chosen) + u" and state = failed"_s}};
    const auto send = [this, request] {
        sendTasks(request, tr("The failed tasks could not be queued again"),
                  [](qint64 changed) { return tr("Queued %n task(s) again", nullptr, int(changed)); });
    };
    if (failed <= 1000) {
        send();
        return;
    }
    Question question;
    question.title = tr("Retry %n failed task(s) of %1?", nullptr, int(failed)).arg(nameOf(chosen));
    question.verb = tr("Retry %n task(s)", nullptr, int(failed));
    question.lines = {tr("Each gets a new attempt.")};
    question.typedCount = failed;
    m_desk.notices.ask(question, this, send);
}

void BatchActions::retryCause(BatchId batch, quint64 key, qint64 count)
{
    const QString where = u"batch = %1 and state = failed and cause = %2"_s.arg(batch.value).arg(key, 0, 16);
    const auto send = [this, where] {
        sendTasks(RetryTasks {.tasks = {.where = where}}, tr("The tasks could not be queued again"),
                  [](qint64 changed) { return tr("Queued %n task(s) again", nullptr, int(changed)); });
    };
    if (count <= 1000) {
        send();
        return;
    }
    Question question;
    question.title = tr("Retry %n task(s) that failed alike?", nullptr, int(count));
    question.verb = tr("Retry %n task(s)", nullptr, int(count));
    question.typedCount = count;
    m_desk.notices.ask(question, this, send);
}

} // namespace Drover
