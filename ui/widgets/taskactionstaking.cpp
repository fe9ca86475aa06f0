// Actions that need more than one answer of the daemon: other specs, copies, exports.
#include "app/mirror/mirror.h"
#include "app/work/actionline.h"
#include "ui/widgets/notices.h"
#include "ui/widgets/taskactions.h"
#include "ui/widgets/taskexport.h"
#include "ui/widgets/taskreader.h"
#include "ui/widgets/taskrework.h"
#include "ui/widgets/tasktable.h"
#include "ui/widgets/words.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr qint64 mostCopied = 100'000;
constexpr qint64 mostCommands = 100;

} // namespace

void TaskActions::readAll(const TaskTarget &target, qint64 most, std::function<void(const QList<Task> &)> then)
{
    if (target.isKnown()) {
        QMetaObject::invokeMethod(this, [then = std::move(then), here = target.here] { then(here); }, Qt::QueuedConnection);
        return;
    }
    if (target.selection.count() > most) {
        m_desk.notices.tell(tr("At most %1 tasks at once; export has no limit").arg(wordsOfCount(most)));
        return;
    }
    auto *reader = new TaskReader(m_desk.connection, target.selection, this);
    const auto all = std::make_shared<QList<Task>>();
    connect(reader, &TaskReader::read, this, [all](const QList<Task> &tasks) { all->append(tasks); });
    connect(reader, &TaskReader::finished, this, [this, all, then = std::move(then)](const Error *error) {
        if (error)
            m_desk.notices.tellError(tr("The tasks cannot be read"), *error);
        else
            then(*all);
    });
    reader->start();
}

void TaskActions::copyCells(const TaskTarget &target, TaskTable *table)
{
    if (!table)
        return;
    readAll(target, mostCopied, [this, table = QPointer(table)](const QList<Task> &tasks) {
        if (table)
            emit copied(table->copied(tasks), wordsOfTasks(tasks.size()));
    });
}

void TaskActions::copyJson(const TaskTarget &target)
{
    readAll(target, mostCopied, [this](const QList<Task> &tasks) {
        QStringList each;
        for (const Task &task : tasks)
            each.append(QString::fromUtf8(toJson(task)));
        const QString json = each.size() == 1 ? each.first() : u"[\n"_s + each.join(u",\n") + u"\n]"_s;
        emit copied(json, tr("%1 as JSON").arg(wordsOfTasks(tasks.size())));
    });
}

void TaskActions::copyCommand(const TaskTarget &target)
{
    readAll(target, mostCommands, [this](const QList<Task> &tasks) {
        const auto lines = std::make_shared<QMap<qint64, QString>>();
        for (const Task &task : tasks) {
            m_desk.connection.send(GetTask {.id = task.id}, this,
                                   [this, lines, all = tasks.size()](const Result<TaskDetail> &detail) {
                                       lines->insert(detail ? detail->task.id.value : -lines->size(),
                                                     detail ? submitLine(detail->spec, detail->task.batchName)
                                                            : u"# "_s + detail.error().message);
                                       if (lines->size() == all)
                                           emit copied(lines->values().join(u'\n'), tr("%1 as command lines").arg(wordsOfTasks(all)));
                                   });
        }
    });
}

void TaskActions::exportTo(const QString &file, const TaskTarget &target)
{
    const ExportFormat format = file.endsWith(u".json", Qt::CaseInsensitive) ? ExportFormat::Json : ExportFormat::Csv;
    auto *work = new TaskExport(m_desk.connection, target.selection, file, format, this);
    connect(work, &TaskExport::progressed, this, &TaskActions::exporting);
    connect(work, &TaskExport::finished, this, [this, file](qint64 written) {
        m_desk.notices.tell(tr("Wrote %1 to %2").arg(wordsOfTasks(written), file));
    });
    connect(work, &TaskExport::failed, this,
            [this](const Error &error) { m_desk.notices.tellError(tr("Export failed"), error); });
    work->start();
}

void TaskActions::edit(const TaskTarget &target, bool duplicate)
{
    m_desk.connection.send(GetTask {.id = target.here.first().id}, this,
                           [this, duplicate](const Result<TaskDetail> &detail) {
                               if (detail)
                                   emit editorAsked(*detail, duplicate);
                               else
                                   m_desk.notices.tellError(tr("The task cannot be read"), detail.error());
                           });
}

void TaskActions::rework(const QList<TaskId> &ids, std::function<Result<TaskSpec>(const TaskSpec &)> change,
                         const QString &done)
{
    auto *work = new TaskRework(m_desk.connection, ids, std::move(change), this);
    connect(work, &TaskRework::finished, this,
            [this, done, count = ids.size()] { m_desk.notices.tell(done.arg(wordsOfTasks(count))); });
    connect(work, &TaskRework::failed, this,
            [this](const Error &error) { m_desk.notices.tellError(tr("The tasks cannot be edited"), error); });
    work->start();
}

void TaskActions::exclude(const TaskTarget &target)
{
    readAll(target, TaskRework::most, [this](const QList<Task> &tasks) {
        QMap<QString, QList<TaskId>> byMachine;
        for (const Task &task : tasks) {
            if (!task.machineName.isEmpty() && task.state != TaskState::Succeeded)
                byMachine[task.machineName].append(task.id);
        }
        if (byMachine.isEmpty())
            m_desk.notices.tell(tr("None of them has been on a machine, or all of them succeeded"));
        for (auto it = byMachine.cbegin(); it != byMachine.cend(); ++it) {
            const auto without = [machine = it.key()](const TaskSpec &spec) -> Result<TaskSpec> {
                TaskSpec changed = spec;
                if (!changed.needs.withoutMachines.contains(machine))
                    changed.needs.withoutMachines.append(machine);
                return changed;
            };
            rework(*it, without, tr("%1 will not run on %2 again").arg(u"%1"_s, it.key()));
        }
    });
}

void TaskActions::retryWith(const Task &task, const std::function<TaskSpec(TaskSpec)> &change, const QString &done)
{
    rework({task.id}, [change](const TaskSpec &spec) -> Result<TaskSpec> { return change(spec); }, done);
}

} // namespace Drover
