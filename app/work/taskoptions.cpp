#include "app/work/taskoptions.h"

#include "app/work/worktext.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

using Form = TaskOption::Form;

QList<TaskOption> whatToRun()
{
    return {
        {u"--name"_s, u"NAME"_s, u"name"_s, Form::Value,
         WorkText::tr("name of the task; placeholders too")},
        {u"--shell"_s, u"TEXT"_s, u"shell"_s, Form::Value,
         WorkText::tr("text for /bin/sh -c, instead of a command")},
        {u"--env"_s, u"NAME=VALUE"_s, u"environment"_s, Form::Pair,
         WorkText::tr("variable of its environment")},
        {u"--workdir"_s, u"DIR"_s, u"workdir"_s, Form::Value,
         WorkText::tr("absolute working directory there; none: a folder of its own")},
        {u"--step"_s, u"STEP"_s, u"step"_s, Form::Value,
         WorkText::tr("step of its batch that it belongs to")},
        {u"--priority"_s, u"N"_s, u"priority"_s, Form::Value,
         WorkText::tr("0 to 100, higher first; 50")},
        {u"--label"_s, u"KEY=VALUE"_s, u"labels"_s, Form::Pair,
         WorkText::tr("label to find and share by")},
        {u"--notes"_s, u"TEXT"_s, u"notes"_s, Form::Value, WorkText::tr("words for people")},
        {u"--held"_s,
         {},
         u"held"_s,
         Form::Flag,
         WorkText::tr("queue it, and do not start it before it is released"),
         u"true"_s},
        {u"--run-as"_s, u"USER"_s, u"runAs"_s, Form::Value,
         WorkText::tr("user whose processes they are")},
        {u"--container"_s, u"IMAGE"_s, u"container"_s, Form::Value,
         WorkText::tr("image to run it in")},
        {u"--container-option"_s, u"OPTION"_s, u"containerOptions"_s, Form::List,
         WorkText::tr("option of the container engine")},
        {u"--cache"_s,
         {},
         u"cache"_s,
         Form::Flag,
         WorkText::tr("take the result of an equal success"),
         u"true"_s},
    };
}

QList<TaskOption> whenToRun()
{
    return {
        {u"--after"_s, u"TASK"_s, u"after"_s, Form::List,
         WorkText::tr(
             "wait for a task: a name or step of this submission, an id, 12-20, or align-*")},
        {u"--after-rule"_s, u"RULE"_s, u"afterRule"_s, Form::Value,
         WorkText::tr("all-succeeded or all-ended")},
        {u"--after-failed"_s, u"WHAT"_s, u"afterFailed"_s, Form::Value,
         WorkText::tr("when one of them failed: end, or wait")},
        {u"--retry"_s, u"N"_s, u"retry.attempts"_s, Form::Again,
         WorkText::tr("try again up to N times")},
        {u"--retry-backoff"_s, u"TIME"_s, u"retry.backoff"_s, Form::Value,
         WorkText::tr("wait so long before the second attempt")},
        {u"--retry-factor"_s, u"X"_s, u"retry.factor"_s, Form::Value,
         WorkText::tr("each further wait is longer by this; 2")},
        {u"--retry-on"_s, u"REASON"_s, u"retry.on"_s, Form::List,
         WorkText::tr("only after this end: exited, out-of-memory…")},
        {u"--retry-memory-factor"_s, u"X"_s, u"retry.memoryFactor"_s, Form::Value,
         WorkText::tr("ask for more memory by this after out-of-memory")},
        {u"--timeout"_s, u"TIME"_s, u"timeouts.run"_s, Form::Value,
         WorkText::tr("end it when it runs longer: 90s, 10m, 2h")},
        {u"--prepare-timeout"_s, u"TIME"_s, u"timeouts.prepare"_s, Form::Value,
         WorkText::tr("limit for bringing its inputs")},
        {u"--collect-timeout"_s, u"TIME"_s, u"timeouts.collect"_s, Form::Value,
         WorkText::tr("limit for bringing its outputs away")},
        {u"--kill-grace"_s, u"TIME"_s, u"killGrace"_s, Form::Value,
         WorkText::tr("between the polite signal and the other one; 10s")},
        {u"--lease-rule"_s, u"RULE"_s, u"leaseRule"_s, Form::Value,
         WorkText::tr("when its machine is gone: replace, wait or fence; none: the batch's")},
    };
}

QList<TaskOption> whatItTakes()
{
    return {
        {u"--slots"_s, u"N"_s, u"needs.slots"_s, Form::Value,
         WorkText::tr("slots of the machine; 1")},
        {u"--cpu"_s, u"CORES"_s, u"needs.cpu"_s, Form::Value,
         WorkText::tr("cores reserved, and the share under load")},
        {u"--cpu-limit"_s, u"CORES"_s, u"cpuLimit"_s, Form::Value, WorkText::tr("hard limit")},
        {u"--memory"_s, u"SIZE"_s, u"needs.memory"_s, Form::Value,
         WorkText::tr("memory reserved, and the limit: 2GB, 512MiB")},
        {u"--disk"_s, u"SIZE"_s, u"needs.disk"_s, Form::Value, WorkText::tr("disk reserved")},
        {u"--gpu"_s, u"N"_s, u"needs.gpu"_s, Form::Value, WorkText::tr("GPUs reserved")},
        {u"--need-label"_s, u"KEY=VALUE"_s, u"needs.labels"_s, Form::Pair,
         WorkText::tr("label the machine must have")},
        {u"--without-label"_s, u"KEY=VALUE"_s, u"needs.withoutLabels"_s, Form::Pair,
         WorkText::tr("label it must not have")},
        {u"--machine"_s, u"NAME"_s, u"needs.machine"_s, Form::Value,
         WorkText::tr("the only machine it may run on")},
        {u"--not-machine"_s, u"NAME"_s, u"needs.withoutMachines"_s, Form::List,
         WorkText::tr("a machine it must not run on")},
        {u"--input"_s, u"FILE[=NAME]"_s, u"inputs"_s, Form::List,
         WorkText::tr("file it takes: handed in, and there in $INPUT as NAME")},
        {u"--shared-input"_s, u"FILE[=NAME]"_s, u"sharedInputs"_s, Form::List,
         WorkText::tr("file several tasks need, in RESOURCE")},
        {u"--output"_s, u"PATTERN"_s, u"outputs"_s, Form::List,
         WorkText::tr("files it leaves in $OUTPUT, kept by the daemon: report.txt, *.bam, logs/**")},
        {u"--output-cap"_s, u"SIZE"_s, u"outputCap"_s, Form::Value,
         WorkText::tr("most that is kept of a stream")},
        {u"--over-cap"_s, u"WHAT"_s, u"overCap"_s, Form::Value,
         WorkText::tr("past it: drop-oldest or fail")},
        {u"--merged"_s,
         {},
         u"output"_s,
         Form::Flag,
         WorkText::tr("stdout and stderr as one, in exact order"),
         u"merged"_s},
        {u"--keep-folder"_s,
         {},
         u"keepFolder"_s,
         Form::Flag,
         WorkText::tr("keep its folder when it fails"),
         u"true"_s},
        {u"--progress"_s, u"REGEX"_s, u"progress"_s, Form::Value,
         WorkText::tr("over stdout; its first group is 0 to 100")},
    };
}

} // namespace

const QList<TaskOption> &taskOptions()
{
    static const QList<TaskOption> options = whatToRun() + whenToRun() + whatItTakes();
    return options;
}

const TaskOption *taskOptionFor(const QString &path)
{
    for (const TaskOption &option : taskOptions()) {
        const bool entry = option.form == Form::Pair && path.startsWith(option.path + u'.');
        if (option.path == path || entry)
            return &option;
    }
    return nullptr;
}

} // namespace Drover
