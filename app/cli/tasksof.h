#pragma once

#include "app/cli/command.h"
#include "backend/protocol/taskrequests.h"

namespace Drover {

/// Which tasks a command line means.
struct TaskChoice
{
    TaskQuery query;
    BatchId batch; ///< of --batch; then query.where names it
    QString batchName;
    QString shown; ///< "tasks 12-14", "all tasks of batch nightly"
};

/// TASK…, --where, --batch and --all, for bulk commands.
QList<Option> choiceOptions();

/// From words ("12", "12-20"), --where, --batch or --all; Invalid when there is none of them, or
/// more than one kind. Asks the daemon for the batch.
Result<TaskChoice> chosenTasks(Invocation &invocation, const QStringList &words);

/// Ids from words; Invalid names the word that is none.
Result<QList<TaskId>> taskIdsOf(const QStringList &words);

/// "42" is the latest attempt (n 0) of task 42, "42/2" and "42-2"… its second.
Result<AttemptId> attemptOf(const QString &word);

/// The newest of that name, or of that id; one that has not ended comes first. NotFound.
Result<Batch> batchNamed(Session &session, const QString &name);
Result<Machine> machineNamed(Session &session, const QString &name);

/// A filter for the tasks of a batch.
QString filterOfBatch(const QString &name);

enum class Undoable { No, Yes };

/// Says how many it will touch and asks, where it cannot be undone or is about more than 1,000,
/// and the tasks were not named one by one. True: go on. Without a terminal and --yes it is
/// refused. What a person agreed to is then expected of the daemon: the choice gets that count.
Result<bool> confirmed(Invocation &invocation, TaskChoice &choice, const QString &verb,
                       Undoable undoable);

/// Asks yes or no; Invalid where nobody can be asked and --yes is not there.
Result<bool> agreed(Invocation &invocation, const QString &question);

/// Prints what came of it; goes along with an operation until it has ended.
ExitStatus printTouched(Invocation &invocation, const Result<Touched> &touched,
                        const QString &done);

} // namespace Drover
