#pragma once

#include "backend/shim/request.h"

namespace Drover {

/// The cgroup leaves `t-<task>-<n>` of one attempt: one in version 2, or one for each controller of
/// version 1, or both (a machine in hybrid mode); none when the request names no parents.
///
/// Leaves carry limits, count memory and CPU, and freeze and kill as one where they can. The shim
/// itself stays outside.
class TaskCgroup
{
public:
    /// Makes the leaves and sets the limits. 0, or errno with the step and the file that failed.
    int make(const Request &request, RunStep &step, const char *&file);

    bool isNone() const { return m_none; }

    /// The leaf that belongs into the record: the one to kill or freeze by. Empty when there is
    /// none.
    const char *mainLeaf() const;

    /// A folder of version 2 to be born in (CLONE_INTO_CGROUP: a later move waits for an RCU grace
    /// period, some 10 ms); -1: none.
    int birthFolder() const { return m_birthFolder; }

    /// Files that a new process writes "0" into to enter; `count` of them.
    const int *entryFiles(int &count) const;
    void
    enterByFile(); ///< The kernel cannot clone into a cgroup: version 2 is entered by its file too

    /// Kills everything inside; false when no leaf can, and the caller has to.
    bool killAll() const;
    /// ENOTSUP when no leaf can, ETIMEDOUT (and thawed again) after half a second; 0: all is
    /// frozen.
    int freeze() const;
    void thaw() const;

    /// Memory, CPU and out-of-memory kills into the record; what no leaf counts is left as it is.
    void count(RunRecord &record) const;

    /// Takes the leaves away. False when something still lives in one.
    bool remove();

private:
    struct Leaf
    {
        char path[256] = {};
        int entry = -1;
    };

    int makeLeaf(CgroupKind kind, const Request &request);
    int limit(const StartNumbers &numbers, const char *&file) const;
    int limitMemory(const StartNumbers &numbers, const char *&file) const;
    int limitCpu(const StartNumbers &numbers, const char *&file) const;
    bool has(CgroupKind kind) const { return m_leaves[kind].path[0]; }
    int write(CgroupKind kind, const char *file, const char *text) const;
    ssize_t read(CgroupKind kind, const char *file, char *text, size_t size) const;
    bool freezerSays(CgroupKind kind, const char *file, const char *word) const;

    Leaf m_leaves[CgroupKinds];
    int m_entries[CgroupKinds] = {};
    int m_entryCount = 0;
    int m_birthFolder = -1;
    bool m_none = true;
};

/// A number of a counter file: the one after `name`, or the first when name is empty. -1: not
/// there.
int64_t counterIn(const char *text, const char *name);

} // namespace Drover
