#include "backend/queue/flags.h"

#include "backend/protocol/cborcodec.h"

DROVER_CODEC(Drover::Flags)

namespace Drover {

namespace {

void put(QStringList &projects, const QString &project, bool there)
{
    projects.removeIf(
        [&](const QString &each) { return each.compare(project, Qt::CaseInsensitive) == 0; });
    if (there)
        projects.append(project);
}

} // namespace

bool Flags::isHeld(const QString &project) const
{
    return heldProjects.contains(project, Qt::CaseInsensitive);
}

bool Flags::isPaused(const QString &project) const
{
    return pausedProjects.contains(project, Qt::CaseInsensitive);
}

void Flags::hold(const QString &project, bool on)
{
    put(heldProjects, project, on);
}

void Flags::pause(const QString &project, bool on)
{
    put(pausedProjects, project, on);
}

bool Flags::keepsFromStarting(const Batch &batch) const
{
    return held || batch.held || isHeld(batch.project) || freezes(batch);
}

bool Flags::freezes(const Batch &batch) const
{
    return paused || batch.paused || isPaused(batch.project);
}

} // namespace Drover
