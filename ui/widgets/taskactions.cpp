#include "ui/widgets/taskactions.h"

#include "app/mirror/mirror.h"
#include "backend/protocol/flagrequests.h"
#include "ui/widgets/notices.h"
#include "ui/widgets/statefilter.h"
#include "ui/widgets/statelook.h"
#include "ui/widgets/words.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr qint64 typedFrom = 1000; // above, the count must be typed

bool any(const TaskTarget &target, bool (*question)(const Task &))
{
    return std::ranges::any_of(target.here, question);
}

bool hasEnded(const Task &task)
{
    return isFinished(task.state);
}

bool isOpen(const Task &task)
{
    return !isFinished(task.state);
}

} // namespace

TaskActions::TaskActions(Desk &desk, QObject *parent) : QObject(parent), m_desk(desk)
{
    connect(&desk.mirror, &Mirror::operationsChanged, this, &TaskActions::onOperations);
}

// ---- may it be done

QString TaskActions::whyNot(const QString &id, const TaskTarget &target) const
{
    const bool changes = !id.startsWith(u"task.copy") && id != u"task.details" && id != u"task.openTab" && id != u"task.log"
        && id != u"task.batch" && id != u"task.machine" && id != u"task.compare" && id != u"task.export";
    if (target.isEmpty() && id != u"task.export")
        return tr("Select tasks first");
    if (changes && m_desk.mirror.isStale())
        return tr("Not connected: nothing can be changed now");
    if (changes) {
        const QString project = target.here.isEmpty() ? QString() : target.here.first().project;
        if (!m_desk.mirror.may(Level::Operator, project)) {
            return project.isEmpty() ? tr("Needs the level operator")
                                     : tr("Needs the level operator in project %1").arg(project);
        }
    }
    static const QStringList ofOne {u"task.details"_s,   u"task.openTab"_s,    u"task.log"_s,      u"task.batch"_s,
                                    u"task.machine"_s,   u"task.editRetry"_s,  u"task.duplicate"_s, u"task.compare"_s,
                                    u"task.copyLink"_s};
    if (ofOne.contains(id) && target.here.isEmpty())
        return tr("The task is not here yet");
    if (ofOne.contains(id) && id != u"task.compare" && target.selection.count() > 1)
        return tr("Select one task");
    if (id == u"task.machine" && target.here.first().machineName.isEmpty())
        return tr("It has not been on a machine");
    if (id == u"task.log" && target.here.first().lastAttempt == 0)
        return tr("It has not run yet");
    if (id == u"task.compare" && !(target.isOne() && target.here.first().lastAttempt > 1) && target.selection.count() != 2)
        return tr("Select two tasks, or one that had several attempts");
    if (!target.isKnown() || target.isEmpty())
        return {};
    // All of it is known: what would do nothing says so.
    if (id == u"task.retry" && !any(target, hasEnded))
        return tr("Only what has ended can be retried");
    if ((id == u"task.cancel" || id == u"task.kill" || id == u"task.hold" || id == u"task.pause" || id == u"task.move"
         || id.startsWith(u"task.priority"))
        && !any(target, isOpen))
        return target.isOne() ? tr("It has ended") : tr("All of them have ended");
    if (id == u"task.exclude" && std::ranges::all_of(target.here, [](const Task &task) { return task.machineName.isEmpty(); }))
        return tr("It has not been on a machine");
    return {};
}

void TaskActions::run(const QString &id, const TaskTarget &target, TaskTable *table)
{
    if (!whyNot(id, target).isEmpty())
        return;
    if (id == u"task.retry")
        retry(target);
    else if (id == u"task.editRetry" || id == u"task.duplicate")
        edit(target, id == u"task.duplicate");
    else if (id == u"task.hold")
        hold(target);
    else if (id == u"task.pause")
        pause(target);
    else if (id == u"task.cancel" || id == u"task.kill")
        cancel(target, id == u"task.kill");
    else if (id == u"task.priorityUp" || id == u"task.priorityDown")
        changePriority(target, id == u"task.priorityUp" ? 5 : -5);
    else if (id == u"task.priority")
        askPriority(target);
    else if (id == u"task.label")
        askLabel(target);
    else if (id == u"task.move")
        askBatch(target);
    else if (id == u"task.exclude")
        exclude(target);
    else if (id == u"task.copyCells")
        copyCells(target, table);
    else if (id == u"task.copyJson")
        copyJson(target);
    else if (id == u"task.copyCommand")
        copyCommand(target);
    else if (id == u"task.export")
        emit fileAsked(target);
    else
        open(id, target);
}

void TaskActions::open(const QString &id, const TaskTarget &target)
{
    const Task &task = target.here.first();
    ObjectLink link = linkTo(u"task"_s, task.id.value);
    if (id == u"task.details") {
        emit detailsAsked();
    } else if (id == u"task.openTab") {
        emit openAsked(link, true);
    } else if (id == u"task.log") {
        link.part = u"log"_s;
        emit openAsked(link, false);
    } else if (id == u"task.batch") {
        emit openAsked(linkTo(u"batch"_s, task.batch.value), false);
    } else if (id == u"task.machine") {
        emit openAsked(linkTo(u"machine"_s, task.machine.value), false);
    } else if (id == u"task.compare") {
        link.part = u"compare"_s;
        if (target.here.size() > 1)
            link.query.insert(u"with"_s, QString::number(target.here.at(1).id.value));
        emit openAsked(link, true);
    } else if (id == u"task.copyLink") {
        link.store = m_desk.mirror.store();
        emit copied(link.text(), tr("link"));
    }
}

// ---- asking

TaskQuery TaskActions::queryOf(const Selection &selection) const
{
    TaskQuery query = selection.query();
    if (query.all) {
        // "All" means what has not ended to some actions; the count that was shown means all.
        query.all = false;
        query.where = u"id > 0"_s;
    }
    return query;
}

void TaskActions::carryOut(const TaskTarget &target, const Deed &deed)
{
    const qint64 count = target.selection.count();
    if (deed.irreversible.isEmpty() && count <= typedFrom) {
        deed.send(queryOf(target.selection));
        return;
    }
    if (target.isKnown()) {
        StateCounts counts;
        for (const Task &task : target.here)
            counts.add(task.state, 1);
        confirm(target, deed, counts);
        return;
    }
    // As it is now: what is agreed to is what is done.
    const TaskQuery query = queryOf(target.selection);
    if (query.where.isEmpty()) {
        confirm(target, deed, {});
        return;
    }
    m_desk.connection.send(CountStates {.where = query.where}, this,
                           [this, target, deed](const Result<StateBreakdown> &states) {
                               if (!states) {
                                   m_desk.notices.tellError(tr("%1 failed").arg(deed.verb), states.error());
                                   return;
                               }
                               TaskTarget now = target;
                               Selection all;
                               all.selectQuery(target.selection.where(), states->counts.total());
                               all.remove(target.selection.ids().values());
                               now.selection = all;
                               confirm(now, deed, states->counts);
                           });
}

void TaskActions::confirm(const TaskTarget &target, const Deed &deed, const StateCounts &counts)
{
    const qint64 count = target.selection.count();
    Question question;
    const QString what = target.isOne() ? target.here.first().name : wordsOfTasks(count);
    question.verb = u"%1 %2"_s.arg(deed.verb, target.isOne() ? tr("it") : what);
    question.title = tr("%1 %2?", "verb, what").arg(deed.verb, what);
    if (counts.total() > 0)
        question.lines.append(wordsOfCounts(counts));
    if (!target.isOne() && !target.here.isEmpty()) {
        QStringList examples;
        for (const Task &task : target.here.first(std::min<qsizetype>(3, target.here.size())))
            examples.append(task.name);
        question.lines.append(tr("For example %1").arg(examples.join(u", ")));
    }
    question.irreversible = deed.irreversible;
    question.destructive = deed.destructive;
    const bool typed = count > typedFrom || (m_production && !deed.irreversible.isEmpty() && count > 1);
    question.typedCount = typed ? count : 0;
    m_desk.notices.ask(question, this, [deed, query = queryOf(target.selection)] { deed.send(query); });
}

template <typename Request>
TaskActions::Sender TaskActions::sender(Request request, const QString &verb, const QString &done)
{
    return [this, request, verb, done](const TaskQuery &query) {
        Request now = request;
        now.tasks = query;
        m_desk.connection.send(now, this,
                               [this, verb, done](const Result<Touched> &touched) { onTouched(verb, done, touched); });
    };
}

void TaskActions::onTouched(const QString &verb, const QString &done, const Result<Touched> &touched)
{
    if (!touched) {
        if (touched.error().problems.isEmpty()) {
            m_desk.notices.tellError(tr("%1 failed").arg(verb), touched.error());
            return;
        }
        QList<std::pair<QString, QString>> failures;
        for (const Problem &problem : touched.error().problems)
            failures.append({problem.field, problem.reason});
        m_desk.notices.tellFailures(tr("%1 failed").arg(verb), failures, {});
        return;
    }
    if (touched->changed == 0 && touched->operation) {
        follow(touched->operation, verb, done);
        return;
    }
    QString words = done.arg(wordsOfTasks(touched->changed));
    if (touched->already > 0)
        words += u", "_s + tr("%1 so already").arg(wordsOfCount(touched->already));
    if (touched->operation && touched->changed > 0)
        m_desk.notices.tellUndoable(words, touched->operation);
    else
        m_desk.notices.tell(words);
}

void TaskActions::follow(OperationId operation, const QString &verb, const QString &done)
{
    m_followed.insert(operation, {verb, done});
    onOperations(); // it may have ended already
}

void TaskActions::onOperations()
{
    for (auto it = m_followed.begin(); it != m_followed.end();) {
        const Operation *operation = m_desk.mirror.operation(it.key());
        if (!operation || operation->state == OperationState::Running) {
            ++it;
            continue;
        }
        const QString words = it->done.arg(wordsOfTasks(operation->changed));
        if (operation->state == OperationState::Failed)
            m_desk.notices.tellError(tr("%1 failed").arg(it->verb), fail(ErrorCode::Conflict, operation->error));
        else if (operation->undoable)
            m_desk.notices.tellUndoable(words, operation->id);
        else
            m_desk.notices.tell(words);
        it = m_followed.erase(it);
    }
}

// ---- what is done

void TaskActions::retry(const TaskTarget &target)
{
    const QString verb = tr("Retry");
    const QString done = tr("Queued %1 again");
    // One that has ended is nothing to ask about.
    carryOut(target, {.verb = verb,
                      .done = done,
                      .irreversible = target.isOne() ? QString() : tr("What is queued again cannot be put back."),
                      .send = sender(RetryTasks(), verb, done)});
}

void TaskActions::hold(const TaskTarget &target)
{
    // Releases where all that is known is held; else holds.
    const bool release = !target.here.isEmpty() && std::ranges::all_of(target.here, [](const Task &task) {
        return task.held || isFinished(task.state);
    });
    const QString verb = release ? tr("Release") : tr("Hold");
    const QString done = release ? tr("Released %1") : tr("Held %1");
    carryOut(target, {.verb = verb, .done = done, .send = sender(HoldTasks {.held = !release}, verb, done)});
}

void TaskActions::pause(const TaskTarget &target)
{
    const bool resume = !target.here.isEmpty() && std::ranges::all_of(target.here, [](const Task &task) {
        return task.paused || isFinished(task.state);
    });
    const QString verb = resume ? tr("Resume") : tr("Pause");
    const QString done = resume ? tr("Resumed %1") : tr("Paused %1");
    carryOut(target, {.verb = verb, .done = done, .send = sender(PauseTasks {.paused = !resume}, verb, done)});
}

void TaskActions::cancel(const TaskTarget &target, bool kill)
{
    const QString verb = kill ? tr("Kill") : tr("Cancel");
    const QString done = kill ? tr("Killed %1") : tr("Cancelled %1");
    const bool started = !target.isKnown() || any(target, [](const Task &task) { return isStarted(task.state); });
    carryOut(target, {.verb = verb,
                      .done = done,
                      .irreversible = started ? tr("What runs loses what it has done so far.") : QString(),
                      .destructive = started,
                      .send = sender(CancelTasks {.kill = kill}, verb, done)});
}

void TaskActions::setPriority(const TaskTarget &target, int priority)
{
    const QString verb = tr("Set priority %1 of").arg(priority);
    const QString done = tr("Priority %1 for %2").arg(priority).arg(u"%1"_s);
    carryOut(target, {.verb = verb, .done = done, .send = sender(SetPriority {.priority = priority}, verb, done)});
}

void TaskActions::changePriority(const TaskTarget &target, int by)
{
    if (target.here.isEmpty()) {
        askPriority(target);
        return;
    }
    setPriority(target, std::clamp(target.here.first().priority + by, 0, 100));
}

void TaskActions::askPriority(const TaskTarget &target)
{
    const auto problem = [](const QString &text) {
        bool ok = false;
        const int value = text.trimmed().toInt(&ok);
        return ok && value >= 0 && value <= 100 ? QString() : tr("a whole number from 0 to 100; higher goes first");
    };
    const QString now = target.here.isEmpty() ? u"50"_s : QString::number(target.here.first().priority);
    m_desk.notices.askText(tr("Priority"), tr("0 to 100, higher first"), now, problem, this,
                           [this, target](const QString &text) { setPriority(target, text.trimmed().toInt()); });
}

void TaskActions::askLabel(const TaskTarget &target)
{
    const auto problem = [](const QString &text) {
        const Result<LabelTasks> labels = labelsOf(text);
        return labels ? QString() : labels.error().message;
    };
    m_desk.notices.askText(tr("Label"), tr("key=value to give one, -key to take one away; commas between"), {}, problem,
                           this, [this, target](const QString &text) {
                               if (const Result<LabelTasks> labels = labelsOf(text)) {
                                   carryOut(target, {.verb = tr("Label"),
                                                     .done = tr("Labelled %1"),
                                                     .send = sender(*labels, tr("Label"), tr("Labelled %1"))});
                               }
                           });
}

void TaskActions::askBatch(const TaskTarget &target)
{
    const QString project = target.here.isEmpty() ? u"main"_s : target.here.first().project;
    const auto problem = [](const QString &text) {
        const qsizetype bytes = text.trimmed().toUtf8().size();
        return bytes >= 1 && bytes <= 200 ? QString() : tr("a name of 1 to 200 bytes");
    };
    m_desk.notices.askText(tr("Move to batch"), tr("Its name; made when it is not there"), {}, problem, this,
                           [this, target, project](const QString &text) {
                               const MoveTasks move {.batch = text.trimmed(), .project = project};
                               const QString done = tr("Moved %1 to %2").arg(u"%1"_s, text.trimmed());
                               carryOut(target, {.verb = tr("Move"), .done = done, .send = sender(move, tr("Move"), done)});
                           });
}

Result<LabelTasks> labelsOf(const QString &text)
{
    LabelTasks labels;
    for (const QString &part : text.split(u',', Qt::SkipEmptyParts)) {
        const QString word = part.trimmed();
        const qsizetype equals = word.indexOf(u'=');
        if (word.startsWith(u'-') && word.size() > 1 && equals < 0)
            labels.remove.append(word.mid(1).trimmed());
        else if (equals > 0)
            labels.set.insert(word.left(equals).trimmed(), word.mid(equals + 1).trimmed());
        else
            return fail(ErrorCode::Invalid, TaskActions::tr("\"%1\" is neither key=value nor -key").arg(word));
    }
    if (labels.set.isEmpty() && labels.remove.isEmpty())
        return fail(ErrorCode::Invalid, TaskActions::tr("key=value, or -key"));
    return labels;
}

} // namespace Drover
