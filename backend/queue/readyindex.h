#pragma once

#include "backend/queue/taskrecord.h"

#include <map>
#include <set>

namespace Drover {

/// The queued tasks that could start now, by batch and kind, in the order they shall start.
///
/// A task's place never changes while it waits: its key is its submission, earlier by one minute
/// for each point of priority, so that priority ages without anybody touching a million keys.
class ReadyIndex
{
public:
    struct Entry
    {
        qint64 key = 0;
        TaskId id;
        friend auto operator<=>(const Entry &, const Entry &) = default;
    };
    using Line = std::set<Entry>;
    /// What tasks have in common that may start in each other's place.
    struct Kind
    {
        int shape = 0;
        int owner = 0;
        int share = 0;
        friend auto operator<=>(const Kind &, const Kind &) = default;
    };
    using Lines = std::map<Kind, Line>;

    static qint64 keyOf(const TaskRecord &task);

    void insert(const TaskRecord &task);
    void erase(const TaskRecord &task);
    void clear();

    /// Batches with something ready, and their lines.
    const std::map<BatchId, Lines> &batches() const { return m_batches; }

private:
    std::map<BatchId, Lines> m_batches;
};

} // namespace Drover
