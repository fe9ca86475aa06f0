#include "ui/widgets/taskcolumns.h"

#include <QtCore/QCoreApplication>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

class TaskColumns
{
    Q_DECLARE_TR_FUNCTIONS(TaskColumns)
};

QList<Column> shownColumns()
{
    using enum CellKind;
    return {
        {.id = u"state"_s, .title = TaskColumns::tr("State"), .kind = State, .width = 104, .order = u"state"_s},
        {.id = u"id"_s, .title = TaskColumns::tr("ID"), .kind = Id, .width = 86, .order = u"id"_s, .falls = true},
        {.id = u"name"_s, .title = TaskColumns::tr("Name"), .width = 204, .order = u"name"_s, .stretches = true,
         .elide = Qt::ElideMiddle},
        {.id = u"batch"_s, .title = TaskColumns::tr("Batch"), .width = 138, .order = u"batchName"_s,
         .elide = Qt::ElideMiddle},
        {.id = u"step"_s, .title = TaskColumns::tr("Step"), .width = 84, .order = u"step"_s, .elide = Qt::ElideMiddle},
        {.id = u"worker"_s, .title = TaskColumns::tr("Worker"), .width = 84, .order = u"machineName"_s,
         .elide = Qt::ElideMiddle},
        {.id = u"progress"_s, .title = TaskColumns::tr("Progress"), .kind = Progress, .width = 112,
         .words = TaskColumns::tr("How far it is as it says itself; how it ended when that was badly")},
        {.id = u"attempt"_s, .title = TaskColumns::tr("Attempt"), .kind = Number, .width = 66,
         .order = u"lastAttempt"_s, .falls = true},
        {.id = u"priority"_s, .title = TaskColumns::tr("Priority"), .kind = Number, .width = 66,
         .order = u"priority"_s, .falls = true},
        {.id = u"queued"_s, .title = TaskColumns::tr("Queued"), .kind = Number, .width = 104, .order = u"queued"_s,
         .falls = true},
        {.id = u"started"_s, .title = TaskColumns::tr("Started"), .kind = Number, .width = 104, .order = u"started"_s,
         .falls = true},
        {.id = u"duration"_s, .title = TaskColumns::tr("Duration"), .kind = Number, .width = 84,
         .order = u"duration"_s, .falls = true},
        {.id = u"silent"_s, .title = TaskColumns::tr("Silent for"), .kind = Number, .width = 78,
         .words = TaskColumns::tr("How long ago it last wrote a line")},
        {.id = u"exit"_s, .title = TaskColumns::tr("Exit"), .kind = Number, .width = 48, .order = u"exitCode"_s,
         .falls = true},
        {.id = u"lastLine"_s, .title = TaskColumns::tr("Last line"), .width = 180, .order = u"lastLine"_s},
    };
}

QList<Column> furtherColumns()
{
    using enum CellKind;
    return {
        {.id = u"ended"_s, .title = TaskColumns::tr("Ended"), .kind = Number, .width = 104, .shown = false,
         .order = u"ended"_s, .falls = true},
        {.id = u"eta"_s, .title = TaskColumns::tr("ETA"), .kind = Number, .width = 78, .shown = false,
         .words = TaskColumns::tr("By the median of what succeeded in its batch and step")},
        {.id = u"labels"_s, .title = TaskColumns::tr("Labels"), .width = 140, .shown = false},
        {.id = u"owner"_s, .title = TaskColumns::tr("Owner"), .width = 84, .shown = false, .order = u"owner"_s},
        {.id = u"runAs"_s, .title = TaskColumns::tr("Run as"), .width = 84, .shown = false, .order = u"runAs"_s},
        {.id = u"project"_s, .title = TaskColumns::tr("Project"), .width = 84, .shown = false, .order = u"project"_s},
        {.id = u"waitsFor"_s, .title = TaskColumns::tr("Waiting for"), .kind = Number, .width = 84, .shown = false,
         .order = u"waitsFor"_s, .falls = true},
        {.id = u"notBefore"_s, .title = TaskColumns::tr("Not before"), .kind = Number, .width = 104, .shown = false,
         .order = u"notBefore"_s},
        {.id = u"cpu"_s, .title = TaskColumns::tr("CPU"), .kind = Number, .width = 60, .shown = false,
         .words = TaskColumns::tr("Cores it uses now")},
        {.id = u"memory"_s, .title = TaskColumns::tr("Memory"), .kind = Number, .width = 78, .shown = false,
         .words = TaskColumns::tr("What it uses now")},
        {.id = u"revision"_s, .title = TaskColumns::tr("Revision"), .kind = Number, .width = 96, .shown = false,
         .order = u"rev"_s, .falls = true},
    };
}

} // namespace

QList<Column> taskColumns()
{
    const QList<Column> columns = shownColumns() + furtherColumns();
    Q_ASSERT(columns.size() == taskColumnCount);
    return columns;
}

} // namespace Drover
