#pragma once

/// What the agent and the shims say to each other, and what a run folder holds. Frozen as v1: on
/// disk, on the pipes and on the control sockets. Add at the end, never rename, never renumber.
///
/// This is the only header of the room that others include. It knows no Qt. The functions are in
/// the room drover_runfolder; all of them are thread-safe as long as their arguments are not
/// shared, none throws beyond std::bad_alloc, and none blocks on anything but the file system.
///
/// **The host** is `drover-shim host [--scope]` with fd 0 a pipe or stream socket of start
/// requests, fd 1 a pipe of answers, fd 2 a log. It ends when fd 0 does; its shims do not. fd 1 is
/// shared by the host and all its shims (each answer is one atomic write), so *end of file there
/// means nothing*: watch the host as a child process. Without a reader nothing breaks; the truth is
/// in the folders.
///
/// **A run folder** `<state>/run/<task>-<n>/`, 0700, is made by the host: making it is the claim.
/// - no record of this attempt inside: claimed, and the shim was not born (yet);
/// - `header`: a RunRecord whose end is RunEnd::None; a shim minds the task, or died doing so;
/// - `status`: that same file, completed and then renamed: the truth about how the task ended. Its
///   block was allocated by the header, so a full disk cannot take the status away;
/// - `out`, `err`: the output, unless the request named other files.
/// Nothing is synced: what a power cut takes is run again.
///
/// **Spare folders.** Making and removing four inodes for each task is the dearest part of a short
/// one (0.2 ms on ext4, and 2 ms once it looks for an inode that was not deleted of late). So a run
/// folder that is not needed any more becomes a spare, recycleRunFolder(), and the next start takes
/// it over: claiming is then its rename, which fails as mkdir does when the name is taken. Old
/// output is emptied first; the old record says another attempt, and is overwritten before it is
/// renamed.
///
/// **Control**: datagrams to an abstract unix socket that the record names, so that it costs a task
/// next to nothing and is found by an agent started later. Accepted from the shim's own user and
/// from root alone; answered once each.
///
/// Numbers are of the machine's byte order; instants are µs since 1970 UTC unless said otherwise.

#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace Drover {

constexpr uint32_t runFormat = 1; ///< Of record, frames and control alike
inline constexpr char runHeaderFile[] = "header";
inline constexpr char runStatusFile[] = "status";
inline constexpr char runOutFile[] = "out";
inline constexpr char runErrFile[] = "err";

// ---- The record: file `header`, later `status` ------------------------------------------------

/// How a task ended. Stored: never renumber.
enum class RunEnd : uint32_t {
    None = 0, ///< Not yet
    Exited = 1, ///< By itself: waitStatus has the exit code
    Signalled = 2, ///< By a signal that nobody of ours sent on a rule; waitStatus has it
    TimedOut = 3, ///< The run timeout
    OutOfMemory = 4, ///< Its cgroup counted an out-of-memory kill, and it did not end with exit 0
    OutputLimit = 5, ///< More output than allowed, or no way to punch it
    CouldNotStart = 6, ///< No process of the task ever ran; `step` and `error` say why
    Fenced = 7, ///< The fence word grew older than the lease
    Killed = 8, ///< A control message asked; `detail` has its reason tag
};

/// What was being done when a start failed. Stored: never renumber.
enum class RunStep : uint32_t {
    None = 0,
    OpenOutput = 1,
    Fence = 2, ///< The fence word could not be read
    MakeCgroup = 3,
    LimitCgroup = 4,
    EnterCgroup = 5,
    Fork = 6,
    SetLimits = 7, ///< nice, oom_score_adj, RLIMIT_CORE
    DropUser = 8,
    WorkFolder = 9,
    Execute = 10,
    OpenControl = 11,
};

enum class RunFlag : uint32_t {
    Merged = 1, ///< stderr goes to the file of stdout
    Fenced = 2,
    Frozen = 4, ///< Now; the run timeout stands still
    Stopping = 8, ///< A rule or a request ends it: TERM was sent
};

/// Bytes that were punched out of an output file: reading them gives zeros. Length 0 is none.
struct RunGap
{
    uint64_t offset = 0;
    uint64_t length = 0;
};

/// What a run folder knows about its attempt. A process is named by pid and start (field 22 of
/// /proc/pid/stat, clock ticks since boot), so that a reused pid is not mistaken for it.
struct RunRecord
{
    char magic[8] = {'D', 'R', 'O', 'V', 'R', 'U', 'N', '\n'};
    uint32_t format = runFormat;
    uint32_t size = 0; ///< sizeof at its writer; what a reader's struct has beyond it reads as zero

    int64_t task = 0;
    int32_t attempt = 0;
    uint32_t flags = 0; ///< RunFlag

    char bootId[40] = {}; ///< As /proc/sys/kernel/random/boot_id, without the line end
    int32_t shimPid = 0;
    int32_t leaderPid = 0; ///< 0: not forked yet. Leads its own process group
    uint64_t shimStart = 0;
    uint64_t leaderStart = 0;
    uint64_t controlToken = 0; ///< Names the control socket, see controlAddress()
    char cgroup[256] = {}; ///< The attempt's leaf that can kill or freeze it; empty: none

    int64_t startedAt = 0; ///< When the leader was forked
    int64_t runTimeoutMs = 0; ///< 0: none
    int64_t killGraceMs = 0;
    int64_t leaseMs = 0; ///< 0: not fenced
    uint64_t runDeadline = 0; ///< CLOCK_MONOTONIC ns; 0: none, or standing still
    int64_t frozenUs = 0; ///< How long it has been frozen in all, up to the last thaw

    // The status: zero until the end.
    RunEnd end = RunEnd::None;
    int32_t waitStatus = 0; ///< Of the leader, as wait(2) gives it; valid unless CouldNotStart
    RunStep step = RunStep::None;
    int32_t error = 0; ///< errno of that step
    char detail[192] = {}; ///< "execve /no/such: No such file or directory", or the reason tag
    int64_t endedAt = 0; ///< When the leader was gone
    uint64_t peakMemory = 0; ///< Bytes: of the cgroup where it counts, else of the largest process
    uint64_t cpuUser = 0; ///< µs
    uint64_t cpuSystem = 0; ///< µs
    uint64_t outBytes = 0; ///< Size of the file, punched bytes included; 0 for err when merged
    uint64_t errBytes = 0;
    RunGap outGap;
    RunGap errGap;
    uint32_t oomKills = 0;
    uint32_t leftKilled = 0; ///< Processes that outlived the leader and were killed
};
static_assert(sizeof(RunRecord) == 704, "frozen: add at the end");

inline bool hasFlag(const RunRecord &record, RunFlag flag)
{
    return record.flags & uint32_t(flag);
}

enum class RunFolderState {
    Absent, ///< No such folder: unclaimed, a start may be sent
    Claimed, ///< No record: the host is about to fork, or died before it could
    Running, ///< A header; isAlive() says whether its shim still minds it
    Ended, ///< A status
    Unreadable, ///< `error` says why; EBADMSG is a record that is damaged or of no known format
};

struct RunFolderContent
{
    RunFolderState state = RunFolderState::Absent;
    int error = 0;
    RunRecord record; ///< Of Running and Ended
};

/// The path ends in "<task>-<n>": records of other attempts are passed over, see Spare folders.
RunFolderContent readRunFolder(const std::string &path);

/// Takes away what Drover put into a run folder, and the folder; foreign files in it keep it. 0 or
/// errno.
int removeRunFolder(const std::string &path);

/// Empties the folder of an ended attempt and renames it to `spare`, a free name on the same file
/// system, for ShimStart::spareFolder. 0 or errno; after an error removeRunFolder() is due.
int recycleRunFolder(const std::string &path, const std::string &spare);

std::string bootId(); ///< Of the running kernel; empty when it cannot be read
uint64_t processStart(pid_t pid); ///< Clock ticks since boot; 0: no such process
bool isAlive(pid_t pid, uint64_t start); ///< That very process, not a zombie

/// For a header whose shim is dead: kills what is left of the task without it: its cgroup, else
/// the leader's process group. Does nothing when the machine has booted since, or while the shim
/// lives. Returns whether anything was there to be killed; ask again until it is not.
bool killAbandoned(const RunRecord &record);

// ---- Starts: agent → host ---------------------------------------------------------------------

/// On the pipe: a frame is FrameHead, then `length` bytes. A start is a list of fields, each
/// FieldHead and `length` bytes, texts with their closing NUL; the lists are one field for each
/// entry.
struct FrameHead
{
    uint32_t magic = 0;
    uint32_t length = 0;
};
constexpr uint32_t startMagic = 0x31537244; ///< "DrS1"
constexpr uint32_t answerMagic = 0x31417244; ///< "DrA1"
constexpr uint32_t maxFrame = 4 << 20; ///< A longer one is refused and skipped

struct FieldHead
{
    uint32_t tag = 0; ///< StartField
    uint32_t length = 0;
};

/// Frozen: never renumber. A host refuses a start with a field that it does not know.
enum class StartField : uint32_t {
    Numbers = 1, ///< StartNumbers
    RunFolder = 2,
    WorkFolder = 3,
    Argument = 4,
    Environment = 5,
    OutFile = 6,
    ErrFile = 7,
    FenceFile = 8,
    CgroupV2 = 9, ///< The parents, in the order of CgroupParents
    CgroupMemory = 10,
    CgroupCpu = 11,
    CgroupCpuacct = 12,
    CgroupFreezer = 13,
    CgroupPids = 14,
    SpareFolder = 15,
};

/// What an output beyond its cap does.
enum class RunOverCap : uint32_t {
    Punch = 0, ///< Past half of the cap the oldest bytes beyond that half are punched out
    Fail = 1, ///< Past the cap the task is ended: OutputLimit
};

/// The numbers of a start, as they are sent.
struct StartNumbers
{
    int64_t task = 0;
    int32_t attempt = 0;
    int32_t uid = -1; ///< -1: as the host. Supplementary groups are dropped when it is not
    int32_t gid = -1;
    int32_t oomScoreAdj = 0; ///< 0: as inherited
    int32_t nice = 0; ///< Added to the host's
    uint32_t merged = 0; ///< 1: stdout and stderr to OutFile, in exact order
    int64_t runTimeoutMs = 0; ///< 0: none
    int64_t killGraceMs = 10'000; ///< Between TERM and KILL
    int64_t leaseMs = 0; ///< With FenceFile: TERM at word + lease − grace, KILL a grace later
    uint64_t outputCap = 0; ///< Bytes a stream; 0: none
    RunOverCap overCap = RunOverCap::Punch;
    uint32_t announceAfterUs
        = 0; ///< Started is not sent when Ended comes sooner, which says it all
    uint64_t coreLimit = 0; ///< RLIMIT_CORE, bytes
    uint64_t memoryMax = 0; ///< Bytes; 0: no limit
    uint32_t cpuWeight = 0; ///< 1 to 10,000 as cpu.weight has it; 0: as is
    uint32_t cpuPeriodUs = 100'000;
    uint64_t cpuQuotaUs = 0; ///< For each period; 0: no quota
};
static_assert(sizeof(StartNumbers) == 104, "frozen: add at the end");

/// Folders below which the attempt's leaf `t-<task>-<n>` is made; empty: none. They exist and may
/// be written by the host. Give either v2, or v1 controllers, or (hybrid) v1 and a v2 that kills
/// and freezes.
struct CgroupParents
{
    std::string v2;
    std::string memory;
    std::string cpu;
    std::string cpuacct;
    std::string freezer;
    std::string pids;
};

struct ShimStart
{
    StartNumbers numbers;
    std::string runFolder; ///< Absolute; its parent exists, itself it must not
    std::string workFolder; ///< Absolute; empty: "/"
    std::vector<std::string>
        arguments; ///< The first is an absolute path, or is looked up in the task's PATH
    std::vector<std::string> environment; ///< "NAME=value", all of it: nothing is inherited
    std::string
        outFile; ///< Empty: `out` in the run folder. Appended to, made 0600 of the task's user
    std::string errFile; ///< Empty: `err` in the run folder
    std::string fenceFile; ///< Empty: not fenced
    std::string spareFolder; ///< To become the run folder. Empty, or not there: a new one is made
    CgroupParents cgroups;
};

/// One frame. Empty when a text holds a NUL or the frame would pass maxFrame.
std::string encodeStart(const ShimStart &start);

// ---- Answers: host and shims → agent ----------------------------------------------------------

/// Frozen: never renumber.
enum class AnswerKind : uint32_t {
    Hello
    = 1, ///< The host is ready; record has bootId, shimPid and shimStart of the host itself. With
         ///< --scope: cgroup is the parent for CgroupParents::v2, or `error` says why there is none
    Started = 2, ///< record as in the header. Ended with CouldNotStart may still follow
    Ended = 3, ///< record as in the status, which is in place
    Refused = 4, ///< Nothing was started; record has task and attempt where they could be read
    Lost = 5, ///< The shim of this attempt died without a status. Look with readRunFolder()
};

/// Frozen: never renumber.
enum class RefusedFor : uint32_t {
    None = 0,
    BadFrame = 1, ///< Not a frame, too long, or cut short
    BadRequest = 2, ///< A frame whose fields are not in order; detail has which
    AlreadyClaimed
    = 3, ///< The run folder exists: never start this attempt again. A spare stays one
    NoRunFolder = 4, ///< It could not be made; error has errno
    NoFork = 5, ///< The claim was given back: the start may be sent again
};
const char *refusedName(RefusedFor reason); ///< "already-claimed"

struct AnswerBody
{
    AnswerKind kind = AnswerKind::Hello;
    RefusedFor refused = RefusedFor::None;
    int32_t error = 0; ///< errno of a refusal
    uint32_t reserved = 0;
    RunRecord record; ///< Of a refusal: detail has the words
};
using ShimAnswer = AnswerBody;

/// Cuts the bytes of a host's fd 1 into answers.
class ShimAnswers
{
public:
    void append(const char *data, size_t size);

    /// Nothing when no whole answer is there. Kinds that came later than this reader are skipped.
    std::optional<ShimAnswer> next();

    /// Set when the bytes were no answers; nothing more will come of them.
    bool isBroken() const { return m_broken; }

private:
    std::string m_bytes;
    size_t m_read = 0;
    bool m_broken = false;
};

// ---- Control: agent ↔ shim --------------------------------------------------------------------

/// Frozen: never renumber.
enum class ControlKind : uint32_t {
    Ask = 1, ///< Answers with the record as it is
    Signal = 2, ///< `signal` to `target`. Nothing of ours follows: how it ends is the task's affair
    Freeze = 3,
    Thaw = 4,
    Deadlines = 5, ///< Sets runTimeoutMs (from the start on, less the time frozen) and killGraceMs
    Kill = 6, ///< TERM to all, after killGraceMs KILL; ends as Killed with `reason`
};

enum class ControlTarget : uint32_t {
    All = 0, ///< Every process of the task
    Leader = 1,
    Group = 2, ///< The leader's process group
};

struct ControlMessage
{
    uint32_t magic = 0x31437244; ///< "DrC1"
    ControlKind kind = ControlKind::Ask;
    uint64_t id = 0; ///< Comes back in the reply
    int64_t task = 0;
    int32_t attempt = 0;
    int32_t signal = 0;
    ControlTarget target = ControlTarget::All;
    uint32_t reserved = 0;
    int64_t runTimeoutMs = -1; ///< -1: as it was; 0: none
    int64_t killGraceMs = -1; ///< -1: as it was
    char reason[64] = {}; ///< A tag such as "cancelled", NUL-ended
};

struct ControlReply
{
    uint32_t magic = 0x31527244; ///< "DrR1"
    int32_t error = 0; ///< 0: done. ESRCH: nothing is left to be asked that of; EALREADY: is being
                       ///< ended already
    uint64_t id = 0;
    RunRecord record; ///< After the request
};

/// One socket of the agent serves all shims; readable when a reply is there. -1 and errno.
int openControlSocket();

/// Never blocks. 0, or errno: ECONNREFUSED no such shim (it ended: read the folder), EAGAIN try
/// later. Task and attempt are taken from the record.
int sendControl(int socket, const RunRecord &record, ControlMessage message);

/// Nothing when no reply waits.
std::optional<ControlReply> receiveControl(int socket);

/// The address of a shim's control socket; returns its length.
inline socklen_t controlAddress(uint64_t token, sockaddr_un &address)
{
    constexpr char prefix[] = "drover-shim-";
    address = {};
    address.sun_family = AF_UNIX;
    char *to = address.sun_path + 1; // a leading NUL makes it abstract: no file, gone with the shim
    for (const char *from = prefix; *from; ++from)
        *to++ = *from;
    for (int shift = 60; shift >= 0; shift -= 4)
        *to++ = "0123456789abcdef"[token >> shift & 15];
    return socklen_t(to - reinterpret_cast<char *>(&address));
}

// ---- The fence word ---------------------------------------------------------------------------

/// The one word that shims of fenced attempts look at: CLOCK_BOOTTIME ns at which the agent sent
/// the last heartbeat that the daemon has acknowledged. The file is written in place, never
/// replaced.
class FenceWord
{
public:
    FenceWord() = default;
    ~FenceWord();
    FenceWord(const FenceWord &) = delete;
    FenceWord &operator=(const FenceWord &) = delete;

    int open(const std::string &path); ///< Makes it with 0 when it is new. 0 or errno
    void set(uint64_t bootNs); ///< Seen by all shims at once
    uint64_t value() const;

private:
    uint64_t *m_word = nullptr; // mapped
};

uint64_t bootNow(); ///< CLOCK_BOOTTIME, ns

} // namespace Drover
