#pragma once

#include "backend/shim/runfolder.h"

#include <QtCore/QStringList>

namespace Drover {

/// Below which cgroups the attempts' leaves are made, and what they can do there.
struct Cgroups
{
    CgroupParents parents; ///< none: empty
    bool memory = false;
    bool cpu = false;
    bool freeze = false;
    bool kill = false;

    QStringList limits() const; ///< as MachineFacts::limits has them
};

/// Makes the parents for the shims of the host `pid`: the host's own `scope` where it has told of
/// one (which then hands out its controllers), else a folder `name` below whatever the host runs
/// in. What cannot be made is left out. Touches the cgroup file systems: file thread.
Cgroups arrangeCgroups(pid_t pid, const QString &scope, const QString &name);

} // namespace Drover
