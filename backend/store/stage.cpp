#include "backend/store/stage.h"

#include <algorithm>

namespace Drover {

void Stage::putOutput(AttemptId attempt, QByteArray out, QByteArray err)
{
    if (!out.isEmpty() || !err.isEmpty())
        outputs.push_back({attempt, std::move(out), std::move(err)});
}

qint64 Stage::rows() const
{
    return qint64(newTasks.size() * 2 + strays.size() + newSlices.size() + labelChanges.size() + undoneSlices.size() + removedOperations.size() + newShapes.size() + audit.size() + outputs.size())
        + taskChanges.size() + attempts.size() + batches.size() + machines.size() + submissions.size()
        + users.size() + operations.size() + tokens.size() + invitations.size() + projects.size() + specs.size()
        + taskWords.size() + meta.size()
        + qint64(removedMachines.size() + removedTokens.size() + removedInvitations.size()
                 + removedUsers.size() + removedProjects.size()
                 + removedSubmissions.size() + series.size() + removedSeries.size())
        + blobs.size() + curves.size()
        + qint64(newBlobOwners.size() + removedInputs.size() + newBlobUses.size() + removedBlobs.size());
}

qint64 Stage::highestRevision() const
{
    qint64 highest = 0;
    for (const NewTask &row : newTasks)
        highest = std::max(highest, row.task.rev);
    const auto look = [&](const auto &rows) {
        for (const auto &row : rows)
            highest = std::max(highest, row.rev);
    };
    look(taskChanges);
    look(taskWords);
    look(labelChanges);
    look(attempts);
    look(batches);
    look(machines);
    for (const StoredOperation &row : operations)
        highest = std::max(highest, row.operation.rev);
    look(projects);
    return highest;
}

bool Stage::isEmpty() const
{
    return rows() == 0 && completions.empty();
}

} // namespace Drover
