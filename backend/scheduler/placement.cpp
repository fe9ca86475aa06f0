#include "backend/scheduler/placement.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

// One line of ready tasks of one batch and shape, and how far the plan has taken it.
struct Candidate
{
    const Batch *batch = nullptr;
    const Needs *needs = nullptr;
    ReadyIndex::Line::const_iterator next;
    ReadyIndex::Line::const_iterator end;
    std::vector<size_t> rooms; // that could ever run it
};

bool hasLabels(const Labels &has, const Labels &wanted)
{
    for (auto it = wanted.cbegin(); it != wanted.cend(); ++it) {
        if (!has.contains(it.key()) || (!it.value().isEmpty() && has.value(it.key()) != it.value()))
            return false;
    }
    return true;
}

bool hasAnyLabel(const Labels &has, const Labels &unwanted)
{
    for (auto it = unwanted.cbegin(); it != unwanted.cend(); ++it) {
        if (has.contains(it.key()) && (it.value().isEmpty() || has.value(it.key()) == it.value()))
            return true;
    }
    return false;
}

class Planner
{
public:
    explicit Planner(PlanInput input) : m_input(std::move(input)) { }

    std::vector<Placement> run()
    {
        collect();
        while (!m_candidates.empty() && int(m_placements.size()) < m_input.most) {
            const size_t best = choose();
            Candidate &candidate = m_candidates[best];
            if (!place(candidate) || candidate.next == candidate.end)
                m_candidates.erase(m_candidates.begin() + qsizetype(best));
        }
        return std::move(m_placements);
    }

private:
    void collect()
    {
        for (const auto &[id, lines] : m_input.ready.batches()) {
            const auto batch = m_input.batches.constFind(id);
            if (batch == m_input.batches.cend() || batch->held || batch->paused)
                continue;
            m_running[id] = batch->counts.started();
            m_projectRunning[batch->project]; // counted below, once for all its batches
            for (const auto &[shape, line] : lines)
                addCandidate(*batch, m_input.shape(shape).needs, line);
        }
        for (const Batch &batch : m_input.batches) {
            if (m_projectRunning.contains(batch.project))
                m_projectRunning[batch.project] += batch.counts.started();
        }
    }

    void addCandidate(const Batch &batch, const Needs &needs, const ReadyIndex::Line &line)
    {
        Candidate candidate {&batch, &needs, line.cbegin(), line.cend(), {}};
        for (size_t i = 0; i < m_input.rooms.size(); ++i) {
            if (mayRun(m_input.rooms[i], needs, batch))
                candidate.rooms.push_back(i);
        }
        if (!candidate.rooms.empty())
            m_candidates.push_back(std::move(candidate));
    }

    // The project, then the batch, that has least running; among equals the earliest key.
    size_t choose() const
    {
        size_t best = 0;
        for (size_t i = 1; i < m_candidates.size(); ++i) {
            if (goesBefore(m_candidates[i], m_candidates[best]))
                best = i;
        }
        return best;
    }

    bool goesBefore(const Candidate &a, const Candidate &b) const
    {
        const auto rank = [this](const Candidate &c) {
            return std::tuple(m_projectRunning.value(c.batch->project), -c.batch->priority,
                              m_running.value(c.batch->id), c.next->key);
        };
        return rank(a) < rank(b);
    }

    bool place(Candidate &candidate)
    {
        const Batch &batch = *candidate.batch;
        if (batch.mostRunning > 0 && m_running[batch.id] >= batch.mostRunning)
            return false;
        Room *room = roomFor(candidate);
        if (!room)
            return false;
        const Needs &needs = *candidate.needs;
        if (room->freeSlots < needs.slotCount)
            room->ahead -= needs.slotCount;
        room->freeSlots -= needs.slotCount;
        room->freeCpu -= needs.cpu;
        room->freeMemory -= needs.memory;
        room->freeDisk -= needs.disk;
        ++m_running[batch.id];
        ++m_projectRunning[batch.project];
        m_placements.push_back({candidate.next->id, room->machine});
        ++candidate.next;
        return true;
    }

    Room *roomFor(const Candidate &candidate)
    {
        const Needs &needs = *candidate.needs;
        Room *best = nullptr;
        for (const size_t i : candidate.rooms) {
            Room &room = m_input.rooms[i];
            if (room.freeSlots >= needs.slotCount && fits(room, needs)
                && (!best || room.freeSlots > best->freeSlots))
                best = &room;
        }
        if (best)
            return best;
        for (const size_t i : candidate.rooms) {
            Room &room = m_input.rooms[i];
            if (room.ahead >= needs.slotCount && fits(room, needs) && (!best || room.ahead > best->ahead))
                best = &room;
        }
        return best;
    }

    static bool fits(const Room &room, const Needs &needs)
    {
        return needs.cpu <= room.freeCpu + 1e-9 && needs.memory <= room.freeMemory
            && needs.disk <= room.freeDisk;
    }

    PlanInput m_input;
    std::vector<Candidate> m_candidates;
    std::vector<Placement> m_placements;
    QHash<BatchId, qint64> m_running;
    QHash<QString, qint64> m_projectRunning;
};

} // namespace

bool mayRun(const Room &room, const Needs &needs, const Batch &batch)
{
    if (room.project != u"*" && room.project != batch.project)
        return false;
    const QStringList pools = batch.pools.isEmpty() ? QStringList {u"default"_s} : batch.pools;
    if (std::none_of(pools.begin(), pools.end(), [&](const QString &pool) { return room.pools.contains(pool); }))
        return false;
    if (!needs.machine.isEmpty() && needs.machine.compare(room.name, Qt::CaseInsensitive) != 0)
        return false;
    if (needs.withoutMachines.contains(room.name, Qt::CaseInsensitive))
        return false;
    return hasLabels(room.labels, needs.labels) && !hasAnyLabel(room.labels, needs.withoutLabels);
}

std::vector<Placement> plan(PlanInput input)
{
    return Planner(std::move(input)).run();
}

} // namespace Drover
