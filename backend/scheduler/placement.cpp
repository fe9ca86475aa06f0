#include "backend/scheduler/placement.h"

#include <algorithm>
#include <map>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

// One line of ready tasks of one batch and shape, and how far the plan has taken it.
struct Candidate
{
    const Batch *batch = nullptr;
    const Needs *needs = nullptr;
    // What has started so far, by which it waits for its turn; of the planner's tables.
    qint64 *project = nullptr;
    qint64 *owner = nullptr;
    qint64 *running = nullptr; // of its batch
    qint64 *share = nullptr;
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
            if (batch == m_input.batches.cend() || m_input.flags.keepsFromStarting(*batch))
                continue;
            m_batches[id] = batch->counts.started();
            m_projects[batch->project]; // counted below, once for all its batches
            for (const auto &[kind, line] : lines)
                addCandidate(*batch, m_input.shape(kind.shape), kind, line);
        }
        for (const Batch &batch : m_input.batches) {
            if (const auto project = m_projects.find(batch.project); project != m_projects.end())
                project->second += batch.counts.started();
        }
    }

    void addCandidate(const Batch &batch, const Shape &shape, const ReadyIndex::Kind &kind,
                      const ReadyIndex::Line &line)
    {
        const std::pair share(batch.id, batch.shareBy.isEmpty() ? 0 : kind.share);
        const auto owner
            = m_owners.try_emplace(kind.owner, m_input.running.byOwner.value(kind.owner));
        const auto shared = m_shares.try_emplace(share, m_input.running.byShare.value(share));
        Candidate candidate{.batch = &batch,
                            .needs = &shape.needs,
                            .project = &m_projects[batch.project],
                            .owner = &owner.first->second,
                            .running = &m_batches[batch.id],
                            .share = &shared.first->second,
                            .next = line.cbegin(),
                            .end = line.cend(),
                            .rooms = {}};
        for (size_t i = 0; i < m_input.rooms.size(); ++i) {
            if (mayRun(m_input.rooms[i], shape.needs, batch) && mayRunAs(m_input.rooms[i], shape.runAs))
                candidate.rooms.push_back(i);
        }
        if (!candidate.rooms.empty())
            m_candidates.push_back(std::move(candidate));
    }

    // Who has least running: the project, the owner, the batch, the value of its label; among
    // equals the earliest key.
    size_t choose() const
    {
        size_t best = 0;
        for (size_t i = 1; i < m_candidates.size(); ++i) {
            if (goesBefore(m_candidates[i], m_candidates[best]))
                best = i;
        }
        return best;
    }

    static bool goesBefore(const Candidate &a, const Candidate &b)
    {
        const auto rank = [](const Candidate &c) {
            return std::tuple(*c.project, -c.batch->priority, *c.owner, *c.running, *c.share,
                              c.next->key);
        };
        return rank(a) < rank(b);
    }

    bool place(Candidate &candidate)
    {
        const Batch &batch = *candidate.batch;
        if (batch.mostRunning > 0 && *candidate.running >= batch.mostRunning)
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
        room->freeGpus -= needs.gpu;
        for (qint64 *count :
             {candidate.project, candidate.owner, candidate.running, candidate.share})
            ++*count;
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
            if (room.ahead >= needs.slotCount && fits(room, needs)
                && (!best || room.ahead > best->ahead))
                best = &room;
        }
        return best;
    }

    static bool fits(const Room &room, const Needs &needs)
    {
        return needs.cpu <= room.freeCpu + 1e-9 && needs.memory <= room.freeMemory
            && needs.disk <= room.freeDisk && needs.gpu <= room.freeGpus;
    }

    PlanInput m_input;
    std::vector<Candidate> m_candidates;
    std::vector<Placement> m_placements;
    // Of what has started. Candidates point into them, so that a choice looks nothing up.
    std::map<QString, qint64> m_projects;
    std::map<int, qint64> m_owners;
    std::map<BatchId, qint64> m_batches;
    std::map<std::pair<BatchId, int>, qint64> m_shares;
};

} // namespace

bool mayRun(const Room &room, const Needs &needs, const Batch &batch)
{
    if (room.project != u"*" && room.project != batch.project)
        return false;
    const QStringList pools = batch.pools.isEmpty() ? QStringList{u"default"_s} : batch.pools;
    if (std::none_of(pools.begin(), pools.end(),
                     [&](const QString &pool) { return room.pools.contains(pool); }))
        return false;
    if (!needs.machine.isEmpty() && needs.machine.compare(room.name, Qt::CaseInsensitive) != 0)
        return false;
    if (needs.withoutMachines.contains(room.name, Qt::CaseInsensitive))
        return false;
    return hasLabels(room.labels, needs.labels) && !hasAnyLabel(room.labels, needs.withoutLabels);
}

bool mayRunAs(const Room &room, const QString &user)
{
    return user.isEmpty() || room.runAs.contains(user);
}

std::vector<Placement> plan(PlanInput input)
{
    return Planner(std::move(input)).run();
}

} // namespace Drover
