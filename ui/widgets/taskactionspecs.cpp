#include "ui/widgets/taskactionspecs.h"

#include "ui/widgets/actionregistry.h"

#include <QtCore/QCoreApplication>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

class TaskActionText
{
    Q_DECLARE_TR_FUNCTIONS(TaskActions)
};

ActionSpec spec(const QString &id, const QString &text, const QString &icon, const QKeySequence &key, const QString &words)
{
    return {.id = id,
            .text = text,
            .icon = icon,
            .section = TaskActionText::tr("Tasks"),
            .shortcut = key,
            .scope = ShortcutScope::Table,
            .words = words};
}

ActionSpec changing(ActionSpec spec, Reversible reversible)
{
    spec.needs = Level::Operator;
    spec.reversible = reversible;
    return spec;
}

QList<ActionSpec> looking()
{
    return {
        spec(u"task.details"_s, TaskActionText::tr("Details"), u"nav-tasks"_s, {},
             TaskActionText::tr("Shows what is known of it")),
        spec(u"task.openTab"_s, TaskActionText::tr("Open in a tab"), {}, QKeySequence(Qt::CTRL | Qt::Key_Return),
             TaskActionText::tr("Its details, attempts and inputs in a tab of their own")),
        spec(u"task.log"_s, TaskActionText::tr("Open log"), u"log"_s, QKeySequence(Qt::Key_L),
             TaskActionText::tr("What it wrote")),
        spec(u"task.batch"_s, TaskActionText::tr("Open batch"), u"nav-batches"_s, {}, {}),
        spec(u"task.machine"_s, TaskActionText::tr("Open worker"), u"nav-machines"_s, {}, {}),
        spec(u"task.compare"_s, TaskActionText::tr("Compare attempts"), {}, {},
             TaskActionText::tr("Two attempts side by side: environment, machine, timing, output")),
    };
}

QList<ActionSpec> acting()
{
    using enum Reversible;
    return {
        changing(spec(u"task.retry"_s, TaskActionText::tr("Retry"), u"retry"_s, QKeySequence(Qt::Key_R),
                      TaskActionText::tr("Queues it again, with a new attempt")), No),
        changing(spec(u"task.editRetry"_s, TaskActionText::tr("Edit and retry…"), {}, QKeySequence(Qt::SHIFT | Qt::Key_R),
                      TaskActionText::tr("Another command, environment or needs for its next attempt")), No),
        changing(spec(u"task.hold"_s, TaskActionText::tr("Hold or release"), u"hold"_s, QKeySequence(Qt::Key_H),
                      TaskActionText::tr("Held: nothing of it starts before it is released")), Yes),
        changing(spec(u"task.pause"_s, TaskActionText::tr("Pause or resume"), u"state-paused"_s, {},
                      TaskActionText::tr("Freezes its processes where they are, or lets them go on")), Yes),
        changing(spec(u"task.cancel"_s, TaskActionText::tr("Cancel…"), u"cancel"_s, QKeySequence(Qt::Key_Delete),
                      TaskActionText::tr("Ends it: what waits at once, what runs by polite signal, grace, kill")), No),
        changing(spec(u"task.kill"_s, TaskActionText::tr("Kill now…"), u"kill"_s, QKeySequence(Qt::SHIFT | Qt::Key_Delete),
                      TaskActionText::tr("Ends it without a polite signal")), No),
        changing(spec(u"task.priorityUp"_s, TaskActionText::tr("Raise priority"), {}, QKeySequence(Qt::Key_Plus), {}), Yes),
        changing(spec(u"task.priorityDown"_s, TaskActionText::tr("Lower priority"), {}, QKeySequence(Qt::Key_Minus), {}), Yes),
        changing(spec(u"task.priority"_s, TaskActionText::tr("Set priority…"), {}, {}, {}), Yes),
        changing(spec(u"task.label"_s, TaskActionText::tr("Label…"), u"tag"_s, {},
                      TaskActionText::tr("Gives labels, or takes them away")), No),
        changing(spec(u"task.move"_s, TaskActionText::tr("Move to batch…"), {}, {}, {}), Yes),
        changing(spec(u"task.exclude"_s, TaskActionText::tr("Exclude its worker"), {}, {},
                      TaskActionText::tr("Its next attempt runs on another machine; what has failed is queued again")), No),
        changing(spec(u"task.duplicate"_s, TaskActionText::tr("Duplicate…"), {}, {},
                      TaskActionText::tr("A new task with the same spec, or an edited one")), No),
    };
}

QList<ActionSpec> taking()
{
    return {
        spec(u"task.copyCells"_s, TaskActionText::tr("Copy"), u"copy"_s, QKeySequence(Qt::CTRL | Qt::Key_C),
             TaskActionText::tr("The cells shown, with tabs between them")),
        spec(u"task.copyJson"_s, TaskActionText::tr("Copy as JSON"), {}, QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C), {}),
        spec(u"task.copyCommand"_s, TaskActionText::tr("Copy as command"), {}, {},
             TaskActionText::tr("The command line that submits it")),
        spec(u"task.copyLink"_s, TaskActionText::tr("Copy link"), {}, {},
             TaskActionText::tr("For mail and chat: opens it in anybody's console")),
        spec(u"task.export"_s, TaskActionText::tr("Export…"), u"export"_s, QKeySequence(Qt::CTRL | Qt::Key_E),
             TaskActionText::tr("All that are selected, else all that are shown, as CSV or JSON")),
    };
}

} // namespace

void registerTaskActions(ActionRegistry &actions)
{
    for (const QList<ActionSpec> &group : {looking(), acting(), taking()}) {
        for (const ActionSpec &each : group) {
            if (!actions.find(each.id)) // several views show tasks
                actions.add(each);
        }
    }
}

QStringList taskActionIds()
{
    QStringList ids;
    for (const QList<ActionSpec> &group : {looking(), acting(), taking()}) {
        for (const ActionSpec &each : group)
            ids.append(each.id);
    }
    return ids;
}

} // namespace Drover
