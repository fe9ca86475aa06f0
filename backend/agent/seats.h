#pragma once

#include "backend/agent/attemptnote.h"
#include "backend/base/result.h"

#include <array>
#include <optional>
#include <set>
#include <unordered_map>

namespace Drover {

/// Who tasks are, when the agent is root: uid and gid of a seat are `firstUser` + its index.
struct SlotUsers
{
    int firstUser = -1; ///< -1: the agent is not root, tasks run as itself
    int count = 0;
};

/// The working folders under the work root: `seat-<index>` with `input`, `output`, `temp` and
/// `resource`, each 0700 of its task's user; the root itself may be traversed (0711).
///
/// A seat is given to one attempt at a time and given out again once it is as it was made. Usually
/// the change times of its five folders tell that nobody touched them; else they are read. What a
/// task left there is removed without following any link.
/// Lives in the file thread.
class Seats
{
public:
    Seats(QString workRoot, SlotUsers users);

    /// Makes the work root. Io says what is in the way; Invalid that tasks cannot get there.
    Result<void> open();

    /// The lowest free one, so that few folders serve many tasks. LimitReached when there are no
    /// more users; Io with the system's words (`diskIsFull()` tells that one apart).
    Result<Seat> take();

    /// A seat that an attempt of an earlier agent has.
    Seat retake(int index, const QString &runAs = {});

    /// Cleans it and gives it back. One that cannot be cleaned is given up, and said in the log.
    void release(int index);

    /// As release, but its contents go to `<work root>/kept/<name>` for people to look at.
    void keep(int index, const QString &name);

    /// A taken seat becomes that user's, who must not be root. Invalid: there is no such user, or
    /// this agent cannot become another.
    Result<Seat> lend(int index, const QString &user);

    const QString &root() const { return m_root; }
    int busy() const { return int(m_busy.size()); }

private:
    /// Whether two looks saw the same, untouched folder: no user can set a change time.
    struct Stamp
    {
        quint64 inode = 0;
        qint64 changedNs = 0;

        friend bool operator==(const Stamp &, const Stamp &) = default;
    };
    using Stamps = std::array<Stamp, 5>; // the seat, then its parts

    std::string folderOf(int index) const;
    std::optional<Stamps> stampsOf(int index) const;
    bool isUntouched(int index);
    void noteClean(int index);
    int userOf(int index) const;
    Result<void> make(int index);
    bool isClean(int index) const;

    QString m_root;
    std::string m_rootBytes;
    SlotUsers m_users;
    std::set<int> m_ready; // made and clean
    std::set<int> m_busy;
    std::set<int> m_lost; // could not be cleaned
    std::unordered_map<int, Stamps> m_stamps; // of seats that were found clean
};

/// Whether the last failure of the file system was that it is full, by errno's value.
bool isDiskFull(int error);

} // namespace Drover
