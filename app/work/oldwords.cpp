#include "app/work/oldwords.h"

#include "app/work/worktext.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

QList<OldWord> table()
{
    return {
        // nouns
        {u"execution"_s, u"attempt"_s, WorkText::tr("one run of a task is an attempt: (task, n)")},
        {u"executions"_s, u"attempts"_s,
         WorkText::tr("one run of a task is an attempt: (task, n)")},
        {u"job"_s, u"operation"_s,
         WorkText::tr("long work of the daemon is an operation; what you submit is a task")},
        {u"jobs"_s, u"tasks"_s,
         WorkText::tr("what you submit are tasks; long work of the daemon are operations")},
        {u"recruiter"_s, u"scaling rule"_s,
         WorkText::tr("what hires and dismisses workers is a scaling rule")},
        {u"worker"_s, u"machine"_s, WorkText::tr("a worker is a machine that has slots")},
        {u"workers"_s, u"machines"_s, WorkText::tr("a worker is a machine that has slots")},
        {u"follower"_s, u"machine"_s, WorkText::tr("a follower is a machine that has roles")},
        {u"host"_s, u"machine"_s, {}},
        {u"hosts"_s, u"machines"_s, {}},
        {u"node"_s, u"machine"_s, {}},
        {u"nodes"_s, u"machines"_s, {}},
        {u"target"_s, u"machine"_s, {}},
        {u"chain"_s, u"workflow"_s,
         WorkText::tr("batches in order are a workflow; who hears of what is an alert rule")},
        {u"pipeline"_s, u"workflow"_s, {}},
        {u"requirement"_s, u"after"_s, WorkText::tr("what a task waits for is its `after`")},
        {u"dependency"_s, u"after"_s, WorkText::tr("what a task waits for is its `after`")},
        {u"concurrency"_s, u"slots"_s,
         WorkText::tr("how much a machine runs at once are its slots")},
        {u"resource"_s, u"needs"_s,
         WorkText::tr("CPU, memory… are its needs; shared data are its shared inputs")},
        {u"archive"_s, u"backup"_s,
         WorkText::tr("finished tasks are put away; what can be restored is a backup")},
        {u"pin"_s, u"keep"_s, WorkText::tr("evidence is kept: retention leaves it alone")},
        {u"queue"_s, u"tasks"_s, {}},
        // verbs of queues people come from
        {u"launch"_s, u"submit -- CMD ARGS…"_s, {}},
        {u"relaunch"_s, u"retry TASK…"_s, {}},
        {u"manage"_s, u"NOUN VERB"_s, WorkText::tr("every noun is a command of its own")},
        {u"qsub"_s, u"submit -- CMD ARGS…"_s, {}},
        {u"sbatch"_s, u"submit -- CMD ARGS…"_s, {}},
        {u"qlist"_s, u"tasks"_s, {}},
        {u"qstat"_s, u"tasks"_s, {}},
        {u"squeue"_s, u"tasks"_s, {}},
        {u"wait_all"_s, u"wait --batch NAME"_s, {}},
        {u"qdel"_s, u"cancel TASK…"_s, {}},
        {u"scancel"_s, u"cancel TASK…"_s, {}},
        {u"qhold"_s, u"hold TASK…"_s, {}},
        {u"qrls"_s, u"release TASK…"_s, {}},
        {u"qalter"_s, u"priority N TASK…"_s, {}},
        {u"qrun"_s, u"priority 100 TASK…"_s, {}},
        {u"qstop"_s, u"hold --all"_s, {}},
        {u"qstart"_s, u"release --all"_s, {}},
        {u"sinfo"_s, u"machines"_s, {}},
        {u"scontrol"_s, u"task ID"_s, {}},
        {u"sacct"_s, u"tasks --where 'state in (succeeded, failed, cancelled)'"_s, {}},
        {u"ps"_s, u"tasks --where 'state = started'"_s, {}},
        {u"ls"_s, u"tasks"_s, {}},
        {u"list"_s, u"tasks"_s, {}},
        {u"top"_s, u"status --watch"_s, {}},
        {u"run"_s, u"submit --follow -- CMD ARGS…"_s, {}},
        {u"add"_s, u"submit -- CMD ARGS…"_s, {}},
        {u"rm"_s, u"cancel TASK…"_s, {}},
        {u"stop"_s, u"cancel TASK…"_s, {}},
        {u"logs"_s, u"log TASK"_s, {}},
        {u"tail"_s, u"log -f TASK"_s, {}},
        {u"output"_s, u"log TASK"_s, {}},
        {u"deploy"_s, u"machine invite"_s, {}},
        {u"signin"_s, u"login"_s, {}},
        {u"exit-codes"_s, u"help exit"_s, {}},
    };
}

} // namespace

const QList<OldWord> &oldWords()
{
    static const QList<OldWord> words = table(); // after the translator was installed
    return words;
}

const OldWord *oldWord(const QString &word)
{
    QString plain = word.toLower();
    for (const QLatin1StringView prefix : {"scitq-"_L1, "pytq-"_L1, "coog-"_L1}) {
        if (plain.startsWith(prefix))
            plain = plain.sliced(prefix.size());
    }
    for (const OldWord &old : oldWords()) {
        if (old.word == plain)
            return &old;
    }
    return nullptr;
}

} // namespace Drover
