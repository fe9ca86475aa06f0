#pragma once

#include "backend/shim/runfolder.h"

namespace Drover {

/// The kinds of cgroup leaf an attempt can have; also the order of StartField.
enum CgroupKind {
    CgroupV2,
    CgroupMemory,
    CgroupCpu,
    CgroupCpuacct,
    CgroupFreezer,
    CgroupPids,
    CgroupKinds
};

constexpr int64_t maxDurationMs
    = int64_t(10) * 366 * 24 * 3600 * 1000; ///< Sums of ns stay in 64 bits

/// A start, checked. All texts lie in the frame that it was read from, so nothing is copied or
/// allocated; a shim has its own frame by having been forked.
struct Request
{
    StartNumbers numbers;
    const char *runFolder = nullptr;
    const char *spareFolder = nullptr; // null: none
    const char *workFolder = "/";
    const char *outFile = nullptr; // null: runOutFile in the run folder, the shim's current one
    const char *errFile = nullptr;
    const char *fenceFile = nullptr; // null: not fenced
    const char *cgroupParents[CgroupKinds] = {}; // null: none
    bool isReused = false; // the run folder was a spare
    char **arguments
        = nullptr; // ends with null; the entry before the first is free to be overwritten
    char **environment = nullptr; // ends with null
};

/// Reads the payload of a start frame, which comes from another process and may be anything.
/// Returns null, or what is wrong with it. The arguments and environment of the last call alone are
/// valid; task and attempt are set as soon as they were read, so that a refusal can name them.
const char *parseStart(char *payload, size_t length, Request &request);

} // namespace Drover
