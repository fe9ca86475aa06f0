#include "backend/queue/readyindex.h"

namespace Drover {

namespace {

ReadyIndex::Kind kindOf(const TaskRecord &task)
{
    return {.shape = task.shape, .owner = task.owner, .share = task.share};
}

constexpr qint64 microsecondsPerPriority = 60'000'000;

} // namespace

qint64 ReadyIndex::keyOf(const TaskRecord &task)
{
    return toMicroseconds(task.queued) - task.priority * microsecondsPerPriority;
}

void ReadyIndex::insert(const TaskRecord &task)
{
    Line &line = m_batches[task.batch][kindOf(task)];
    line.insert(line.end(), {keyOf(task), task.id}); // nearly always the newest
}

void ReadyIndex::erase(const TaskRecord &task)
{
    const auto batch = m_batches.find(task.batch);
    if (batch == m_batches.end())
        return;
    const auto line = batch->second.find(kindOf(task));
    if (line == batch->second.end())
        return;
    line->second.erase({keyOf(task), task.id});
    if (line->second.empty())
        batch->second.erase(line);
    if (batch->second.empty())
        m_batches.erase(batch);
}

void ReadyIndex::clear()
{
    m_batches.clear();
}

} // namespace Drover
