#include "ui/tasks/taskkinds.h"

#include "app/mirror/mirror.h"
#include "ui/shell/shell.h"
#include "ui/tasks/compareview.h"
#include "ui/tasks/speceditor.h"
#include "ui/tasks/tasksview.h"
#include "ui/tasks/taskview.h"
#include "ui/widgets/actionregistry.h"
#include "ui/widgets/taskactions.h"
#include "ui/widgets/taskactionspecs.h"
#include "ui/widgets/words.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QStandardPaths>
#include <QtWidgets/QApplication>
#include <QtWidgets/QFileDialog>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

class KindText
{
    Q_DECLARE_TR_FUNCTIONS(TaskKinds)
};

void askFile(TaskActions &actions, const TaskTarget &target)
{
    auto *dialog = new QFileDialog(QApplication::activeWindow(), KindText::tr("Export tasks"));
    dialog->setObjectName(u"exportFile"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters({KindText::tr("Table (*.csv)"), KindText::tr("JSON (*.json)")});
    dialog->setDefaultSuffix(u"csv"_s);
    dialog->setDirectory(QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation));
    dialog->selectFile(u"tasks.csv"_s);
    QObject::connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](const QString &filter) {
        dialog->setDefaultSuffix(filter.contains(u"json"_s) ? u"json"_s : u"csv"_s);
    });
    QObject::connect(dialog, &QFileDialog::fileSelected, &actions,
                     [&actions, target](const QString &file) { actions.exportTo(file, target); });
    dialog->open();
}

void registerAll(ActionRegistry &actions)
{
    registerTaskActions(actions);
    if (actions.find(u"task.selectAll"_s))
        return;
    actions.add({.id = u"task.selectAll"_s,
                 .text = KindText::tr("Select all that match"),
                 .section = KindText::tr("Tasks"),
                 .shortcut = QKeySequence::SelectAll,
                 .scope = ShortcutScope::Table});
    actions.add({.id = u"task.refresh"_s,
                 .text = KindText::tr("Put rows in order"),
                 .icon = u"retry"_s,
                 .section = KindText::tr("Tasks"),
                 .shortcut = QKeySequence(Qt::Key_F5),
                 .scope = ShortcutScope::Table,
                 .words = KindText::tr("The list as it is now: rows come, go and move")});
}

} // namespace

TaskActions *makeTaskActions(Shell &shell, QObject *parent)
{
    auto *actions = new TaskActions(shell.desk(), parent);
    QObject::connect(actions, &TaskActions::openAsked, &shell, [&shell](const ObjectLink &link, bool inTab) {
        shell.open(link, inTab ? OpenIn::NewTab : OpenIn::Tab);
    });
    QObject::connect(actions, &TaskActions::detailsAsked, &shell, [&shell] { shell.showDock(u"details"_s); });
    QObject::connect(actions, &TaskActions::copied, &shell,
                     [&shell](const QString &text, const QString &what) { shell.copy(text, what); });
    QObject::connect(actions, &TaskActions::editorAsked, &shell, [&shell](const TaskDetail &detail, bool duplicate) {
        auto *editor = new SpecEditor(shell, detail, duplicate ? SpecEditor::For::NewTask : SpecEditor::For::Retry);
        QObject::connect(editor, &SheetContent::closed, &shell, [&shell, editor] { shell.closeSheet(editor); });
        shell.showSheet(editor, 720);
    });
    QObject::connect(actions, &TaskActions::fileAsked, actions,
                     [actions](const TaskTarget &target) { askFile(*actions, target); });
    return actions;
}

ViewKind tasksKind()
{
    return {.id = u"tasks"_s,
            .title = KindText::tr("Tasks"),
            .icon = u"nav-tasks"_s,
            .place = Place::Rail,
            .create = [](Shell &shell, const ObjectLink &) { return new TasksView(shell); },
            .registerActions = registerAll,
            .badge = [](const Mirror &mirror) {
                const qint64 open = mirror.status().unfinished;
                return Badge {open > 0 ? shortCount(open) : QString(), false};
            },
            .countsTasks = true};
}

ViewKind taskKind()
{
    return {.id = u"task"_s,
            .title = KindText::tr("Task"),
            .icon = u"nav-tasks"_s,
            .place = Place::Tab,
            .opens = {u"task"_s},
            .create = [](Shell &shell, const ObjectLink &object) {
                return new TaskView(shell, TaskId {object.number()}, TaskView::Follows::Nothing);
            }};
}

ViewKind taskDetailsKind()
{
    return {.id = u"details"_s,
            .title = KindText::tr("Details"),
            .icon = u"nav-tasks"_s,
            .place = Place::RightDock,
            .create = [](Shell &shell, const ObjectLink &) {
                return new TaskView(shell, {}, TaskView::Follows::CurrentObject);
            }};
}

ViewKind compareKind()
{
    return {.id = u"compare"_s,
            .title = KindText::tr("Comparison"),
            .icon = u"columns"_s,
            .place = Place::Tab,
            .opens = {u"task/compare"_s},
            .create = [](Shell &shell, const ObjectLink &object) { return new CompareView(shell, object); }};
}

} // namespace Drover
