#include "backend/scheduler/explain.h"

#include "backend/base/size.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr qint64 mostCounted = 10'000; // of those ahead: enough to say "very many"
constexpr qsizetype mostNamed = 5;

QString machines(qsizetype count)
{
    return count == 1 ? u"1 machine"_s : u"%1 machines"_s.arg(count);
}

QString tasks(qint64 count)
{
    if (count >= mostCounted)
        return u"more than %1 tasks"_s.arg(mostCounted);
    return count == 1 ? u"1 task"_s : u"%1 tasks"_s.arg(count);
}

QString named(const QStringList &names)
{
    QString text = names.mid(0, mostNamed).join(u", "_s);
    if (names.size() > mostNamed)
        text += u" and %1 more"_s.arg(names.size() - mostNamed);
    return text;
}

// One thing that a task takes and a machine has an amount of.
struct Resource
{
    ReasonKind kind;
    QString name;
    double asked;
    double (*has)(const Place &);
    double (*free)(const Place &);
    QString (*printed)(double);
};

QString plainNumber(double value)
{
    return QString::number(value);
}

QString bytes(double value)
{
    return printedSize(qint64(value));
}

QList<Resource> resourcesOf(const Needs &needs)
{
    return {
        {ReasonKind::Slots, u"slots"_s, double(needs.slotCount),
         [](const Place &p) { return double(p.slotCount); },
         [](const Place &p) { return double(p.room.freeSlots); }, plainNumber},
        {ReasonKind::Memory, u"memory"_s, double(needs.memory),
         [](const Place &p) { return double(p.memory); },
         [](const Place &p) { return double(p.room.freeMemory); }, bytes},
        {ReasonKind::Cpu, u"cores"_s, needs.cpu, [](const Place &p) { return p.cpu; },
         [](const Place &p) { return p.room.freeCpu; }, plainNumber},
        {ReasonKind::Disk, u"disk"_s, double(needs.disk),
         [](const Place &p) { return double(p.disk); },
         [](const Place &p) { return double(p.room.freeDisk); }, bytes},
        {ReasonKind::Gpu, u"GPUs"_s, double(needs.gpu),
         [](const Place &p) { return double(p.gpus); },
         [](const Place &p) { return double(p.room.freeGpus); }, plainNumber},
    };
}

using Places = std::vector<const Place *>;

class Explainer
{
public:
    explicit Explainer(const ExplainInput &input) : m_in(input) { }

    Explanation run()
    {
        m_result.task = m_in.task.id;
        m_result.state = m_in.task.state;
        if (isStarted(m_in.task.state))
            started();
        else if (m_in.task.state == TaskState::Waiting)
            waiting();
        else
            queued();
        return m_result;
    }

private:
    void add(ReasonKind kind, const QString &what, const QString &remedy = {})
    {
        m_result.reasons.append({kind, what, remedy});
    }

    QString id() const { return QString::number(m_in.task.id.value); }

    // Flags of the task itself and of all above it: each of them alone keeps it.
    void flags(ReasonKind kind)
    {
        const bool hold = kind == ReasonKind::Held;
        const QString is = hold ? u"held"_s : u"paused"_s;
        const QString verb = hold ? u"drover release"_s : u"drover resume"_s;
        const Flags &flags = m_in.flags;
        const QString &project = m_in.batch.project;
        if (hold ? flags.held : flags.paused)
            add(kind, u"everything is %1"_s.arg(is), verb + u" --all"_s);
        if (hold ? flags.isHeld(project) : flags.isPaused(project))
            add(kind, u"project %1 is %2"_s.arg(project, is),
                u"%1 --project %2"_s.arg(verb, project));
        if (hold ? m_in.batch.held : m_in.batch.paused)
            add(kind, u"batch %1 is %2"_s.arg(m_in.batch.name, is),
                u"%1 --batch %2"_s.arg(verb, m_in.batch.name));
        if (hold ? m_in.task.held : m_in.task.paused)
            add(kind, u"the task itself is %1"_s.arg(is), u"%1 %2"_s.arg(verb, id()));
    }

    const Place *itsPlace() const
    {
        const auto place = std::ranges::find_if(m_in.places, [this](const Place &each) {
            return each.room.machine == m_in.task.machine;
        });
        return place == m_in.places.end() ? nullptr : &*place;
    }

    void started()
    {
        const Place *place = itsPlace();
        const QString machine = place ? place->room.name : u"a machine that was removed"_s;
        if (m_in.task.unreachable)
            unreachable(machine);
        else if (place && place->state != MachineState::Online
                 && place->state != MachineState::Draining)
            add(ReasonKind::Unreachable,
                u"nothing was heard of %1 for %2; its lease still runs, and nothing is lost yet"_s
                    .arg(machine, printedDuration(m_in.silence)));
        switch (m_in.task.state) {
        case TaskState::Assigned:
        case TaskState::Preparing:
            flags(ReasonKind::Held);
            flags(ReasonKind::Paused);
            add(ReasonKind::Handed,
                u"it was given to %1, and waits there for a slot or its data"_s.arg(machine));
            break;
        case TaskState::Paused:
            flags(ReasonKind::Paused);
            if (m_result.reasons.isEmpty())
                add(ReasonKind::Paused, u"it is being thawed on %1"_s.arg(machine));
            break;
        case TaskState::Stopping:
            add(ReasonKind::Stopping,
                u"it was asked to end on %1, and has not ended yet"_s.arg(machine),
                u"drover kill "_s + id());
            break;
        case TaskState::Collecting:
            add(ReasonKind::Running, u"it is over on %1, and its output comes in"_s.arg(machine));
            break;
        default:
            add(ReasonKind::Running,
                u"it runs on %1 since %2"_s.arg(machine, since(m_in.task.started)) + gaugeText());
        }
    }

    // How far it is, as it says itself, and since when it says nothing.
    QString gaugeText() const
    {
        QString text;
        if (!m_in.gauge)
            return text;
        if (m_in.gauge->progress >= 0)
            text += u"; %1 % done"_s.arg(m_in.gauge->progress, 0, 'f', 0);
        if (!m_in.gauge->progressText.isEmpty())
            text += u": "_s + m_in.gauge->progressText;
        const auto silent = m_in.now - m_in.gauge->lastOutput;
        if (isSet(m_in.gauge->lastOutput) && silent > std::chrono::minutes(1))
            text += u"; silent for "_s + printedDuration(silent);
        return text;
    }

    QString since(Instant instant) const
    {
        return printedDuration(std::max(m_in.now - instant, std::chrono::microseconds(0)))
            + u" ago"_s;
    }

    void unreachable(const QString &machine)
    {
        const QString what
            = u"no contact with %1 for %2"_s.arg(machine, printedDuration(m_in.silence));
        if (!m_in.stormPool.isEmpty()) {
            add(ReasonKind::Storm,
                u"%1; many machines of pool %2 were lost at once, and it is queued again in %3"_s
                    .arg(what, m_in.stormPool,
                         printedDuration(
                             std::max(m_in.stormEnds - m_in.now, std::chrono::microseconds(0)))),
                u"drover pool resume "_s + m_in.stormPool);
        } else if (m_in.leaseRule == LeaseRule::Wait) {
            add(ReasonKind::Unreachable, what + u"; its rule is to wait for the machine"_s,
                u"start the machine, or drover cancel --now %1 and drover retry %1"_s.arg(id()));
        } else {
            add(ReasonKind::Unreachable, what + u"; it is queued again within its kill grace"_s);
        }
    }

    void waiting()
    {
        flags(ReasonKind::Held);
        flags(ReasonKind::Paused);
        QStringList open;
        QStringList failed;
        for (const WaitedFor &other : m_in.waitsFor) {
            const QString text = u"%1 (%2)"_s.arg(other.id.value).arg(enumText(other.state));
            if (!isFinished(other.state))
                open.append(text);
            else if (other.state != TaskState::Succeeded && !(m_in.task.flags & AfterAllEnded))
                failed.append(QString::number(other.id.value));
        }
        if (!failed.isEmpty()) {
            add(ReasonKind::NeedFailed,
                u"it waits for %1 to succeed, and %2 ended badly"_s.arg(
                    named(failed), failed.size() == 1 ? u"that"_s : u"those"_s),
                u"drover retry "_s + failed.mid(0, mostNamed).join(u' '));
        }
        if (!open.isEmpty() || failed.isEmpty())
            add(ReasonKind::WaitsFor,
                u"it waits for %1: %2"_s.arg(
                    tasks(std::max<qint64>(open.size(), m_in.task.waitsFor)), named(open)));
    }

    void queued()
    {
        flags(ReasonKind::Held);
        flags(ReasonKind::Paused);
        if (m_in.task.notBefore > m_in.now) {
            add(ReasonKind::BackOff,
                u"it failed %1 and is tried again in %2"_s.arg(
                    m_in.task.failures == 1 ? u"once"_s : u"%1 times"_s.arg(m_in.task.failures),
                    printedDuration(m_in.task.notBefore - m_in.now)));
        }
        const Places possible = mayUse();
        if (possible.empty())
            return;
        const Places large = largeEnough(possible);
        if (large.empty())
            return;
        const Places there = present(large);
        if (there.empty())
            return;
        limits(there);
        if (m_result.reasons.isEmpty())
            add(ReasonKind::Next, u"it starts with the next plan, in a moment"_s);
    }

    // Project, pools, and what the task says of machines and labels.
    Places mayUse()
    {
        Places inPools;
        Places named;
        Places labelled;
        Places all;
        for (const Place &place : m_in.places) {
            const bool ofPool = mayRun(place.room, Needs{}, m_in.batch);
            Needs onlyNames;
            onlyNames.machine = m_in.needs.machine;
            onlyNames.withoutMachines = m_in.needs.withoutMachines;
            if (ofPool)
                inPools.push_back(&place);
            if (ofPool && mayRun(place.room, onlyNames, m_in.batch))
                named.push_back(&place);
            if (!mayRun(place.room, m_in.needs, m_in.batch))
                continue;
            labelled.push_back(&place);
            if (mayRunAs(place.room, m_in.runAs))
                all.push_back(&place);
        }
        if (inPools.empty())
            noPool();
        else if (named.empty())
            add(ReasonKind::Machine,
                m_in.needs.machine.isEmpty()
                    ? u"it leaves out every one of the %1 of its pools"_s.arg(
                        machines(qsizetype(inPools.size())))
                    : u"it may run on machine %1 only, and none of its pools has that"_s.arg(
                        m_in.needs.machine),
                u"drover machines shows them; submit it again with other needs"_s);
        else if (labelled.empty())
            add(ReasonKind::Label,
                u"none of %1 has the labels it needs: %2"_s.arg(machines(qsizetype(named.size())),
                                                                wantedLabels()),
                u"drover machine set MACHINE --label %1"_s.arg(wantedLabels()));
        else if (all.empty())
            add(ReasonKind::RunAs,
                u"none of %1 lets tasks run as %2"_s.arg(machines(qsizetype(labelled.size())), m_in.runAs),
                u"drover machine set MACHINE --run-as %1"_s.arg(m_in.runAs));
        return all;
    }

    QString wantedLabels() const
    {
        QStringList words;
        for (auto it = m_in.needs.labels.cbegin(); it != m_in.needs.labels.cend(); ++it)
            words.append(it.key() + u'=' + it.value());
        for (auto it = m_in.needs.withoutLabels.cbegin(); it != m_in.needs.withoutLabels.cend();
             ++it)
            words.append(u"not "_s + it.key() + u'=' + it.value());
        return words.join(u' ');
    }

    void noPool()
    {
        const QString pools
            = m_in.batch.pools.isEmpty() ? u"default"_s : m_in.batch.pools.join(u' ');
        if (m_in.places.empty()) {
            add(ReasonKind::Pool, u"there is no machine yet"_s, u"drover machine invite"_s);
            return;
        }
        add(ReasonKind::Pool,
            u"none of %1 is in a pool that batch %2 may use: %3"_s.arg(
                machines(qsizetype(m_in.places.size())), m_in.batch.name, pools),
            u"drover machine set MACHINE --pools %1, or drover batch set %2 --pools …"_s.arg(
                m_in.batch.pools.isEmpty() ? u"default"_s : m_in.batch.pools.first(),
                m_in.batch.name));
    }

    // Those that could run it were they empty. Without one: what it would have to ask less.
    Places largeEnough(const Places &places)
    {
        Places large;
        for (const Place *place : places) {
            if (isLarge(*place, ReasonKind::Next))
                large.push_back(place);
        }
        if (!large.empty())
            return large;
        for (const Resource &resource : resourcesOf(m_in.needs)) {
            Places others;
            for (const Place *place : places) {
                if (isLarge(*place, resource.kind))
                    others.push_back(place);
            }
            tooMuch(resource, others, places);
        }
        if (m_result.reasons.isEmpty())
            add(ReasonKind::Memory,
                u"none of %1 has all at once that it asks"_s.arg(
                    machines(qsizetype(places.size()))),
                u"submit it again with smaller needs"_s);
        return {};
    }

    bool isLarge(const Place &place, ReasonKind leftOut) const
    {
        return std::ranges::all_of(resourcesOf(m_in.needs), [&](const Resource &resource) {
            return resource.kind == leftOut || resource.asked <= resource.has(place) + 1e-9
                || resource.asked == 0;
        });
    }

    void tooMuch(const Resource &resource, const Places &others, const Places &all)
    {
        const auto most
            = std::ranges::max_element(all, {}, [&](const Place *p) { return resource.has(*p); });
        if (resource.asked <= resource.has(**most) + 1e-9)
            return;
        QString remedy = u"submit it again with less"_s;
        if (!others.empty()) {
            const auto best = std::ranges::max_element(
                others, {}, [&](const Place *p) { return resource.has(*p); });
            const double has = resource.has(**best);
            const auto count = std::ranges::count_if(
                others, [&](const Place *p) { return resource.has(*p) >= has; });
            remedy = u"it starts on %1 if it asks %2 less"_s.arg(
                machines(count), resource.printed(resource.asked - has));
        }
        add(resource.kind,
            u"it asks %1 of %2, and the largest of %3 has %4"_s.arg(
                resource.printed(resource.asked), resource.name, machines(qsizetype(all.size())),
                resource.printed(resource.has(**most))),
            remedy);
    }

    Places present(const Places &places)
    {
        Places there;
        QStringList away;
        for (const Place *place : places) {
            if (place->connected && place->state == MachineState::Online && place->slotCount > 0)
                there.push_back(place);
            else
                away.append(u"%1 (%2)"_s.arg(place->room.name,
                                             place->slotCount == 0 ? u"no slots"_s
                                                                   : enumText(place->state)));
        }
        if (there.empty()) {
            add(ReasonKind::Offline,
                u"no machine that could run it is there: %1"_s.arg(named(away)),
                u"start drover-agent there, or drover machine set MACHINE --draining no"_s);
        }
        return there;
    }

    void limits(const Places &there)
    {
        const Batch &batch = m_in.batch;
        if (batch.mostRunning > 0 && batch.counts.started() >= batch.mostRunning) {
            add(ReasonKind::BatchLimit,
                u"batch %1 runs at most %2 at once, and %3 are; %4 of it come first"_s
                    .arg(batch.name)
                    .arg(batch.mostRunning)
                    .arg(batch.counts.started())
                    .arg(tasks(aheadInBatch())),
                u"drover batch set %1 --most-running %2"_s.arg(batch.name)
                    .arg(batch.mostRunning + 1));
        }
        const bool fitsNow = std::ranges::any_of(there, [this](const Place *place) {
            return std::ranges::all_of(resourcesOf(m_in.needs), [&](const Resource &resource) {
                return resource.asked == 0 || resource.asked <= resource.free(*place) + 1e-9;
            });
        });
        if (!fitsNow)
            busy(there);
    }

    void busy(const Places &there)
    {
        int slotCount = 0;
        Places free;
        for (const Place *place : there) {
            slotCount += place->slotCount;
            if (place->room.freeSlots >= m_in.needs.slotCount)
                free.push_back(place);
        }
        if (free.empty()) {
            QString what
                = u"all slots of %1 that could run it are taken (%2 in all); %3 of its batch come first"_s
                      .arg(machines(qsizetype(there.size())))
                      .arg(slotCount)
                      .arg(tasks(aheadInBatch()));
            if (const qint64 others = readyElsewhere(); others > 0)
                what += u", and %1 of other batches share them"_s.arg(tasks(others));
            add(ReasonKind::Busy, what,
                u"wait; or drover priority 100 %1, or drover machine invite"_s.arg(id()));
            return;
        }
        for (const Resource &resource : resourcesOf(m_in.needs))
            shortNow(resource, free);
    }

    // Slots are free, and something else is not: how much less would do just now.
    void shortNow(const Resource &resource, const Places &free)
    {
        if (resource.asked == 0)
            return;
        const auto best
            = std::ranges::max_element(free, {}, [&](const Place *p) { return resource.free(*p); });
        const double left = std::max(0.0, resource.free(**best));
        if (resource.asked <= left + 1e-9)
            return;
        const auto count = std::ranges::count_if(
            free, [&](const Place *p) { return resource.free(*p) >= left; });
        add(resource.kind,
            u"%1 have a free slot, and none of them %2 of %3 free; the most is %4"_s.arg(
                machines(qsizetype(free.size())), resource.printed(resource.asked), resource.name,
                resource.printed(left)),
            left > 0 ? u"wait; it starts now on %1 if it asks %2 less"_s.arg(
                machines(count), resource.printed(resource.asked - left))
                     : u"wait until what runs there has ended"_s);
    }

    qint64 aheadInBatch() const
    {
        const auto lines = m_in.ready.batches().find(m_in.batch.id);
        if (lines == m_in.ready.batches().end())
            return 0;
        const ReadyIndex::Entry own{ReadyIndex::keyOf(m_in.task), m_in.task.id};
        qint64 ahead = 0;
        for (const auto &[kind, line] : lines->second) {
            for (auto it = line.begin(); it != line.end() && *it < own && ahead < mostCounted; ++it)
                ++ahead;
        }
        return ahead;
    }

    qint64 readyElsewhere() const
    {
        qint64 count = 0;
        for (const auto &[batch, lines] : m_in.ready.batches()) {
            const auto other = m_in.batches.constFind(batch);
            if (batch == m_in.batch.id || other == m_in.batches.cend()
                || m_in.flags.keepsFromStarting(*other))
                continue;
            for (const auto &[kind, line] : lines)
                count += qint64(line.size());
        }
        return std::min(count, mostCounted);
    }

    const ExplainInput &m_in;
    Explanation m_result;
};

} // namespace

Explanation explain(const ExplainInput &input)
{
    return Explainer(input).run();
}

Explanation explainFinished(const Task &task)
{
    Explanation explanation{.task = task.id, .state = task.state, .reasons = {}};
    const QString id = QString::number(task.id.value);
    if (task.state == TaskState::Succeeded) {
        explanation.reasons.append({ReasonKind::Finished, u"it has succeeded"_s, {}});
        return explanation;
    }
    QString what = u"it has ended: %1"_s.arg(enumText(task.endReason));
    if (task.exitCode && *task.exitCode != 0)
        what += u" with status %1"_s.arg(*task.exitCode);
    if (task.signal != 0)
        what += u" by signal %1"_s.arg(task.signal);
    if (!task.lastLine.isEmpty())
        what += u": "_s + task.lastLine;
    const QString remedy = task.endReason == EndReason::AfterFailed
        ? u"drover task %1 shows what it waited for; retry that first"_s.arg(id)
        : u"drover log %1, then drover retry %1"_s.arg(id);
    explanation.reasons.append({ReasonKind::Finished, what, remedy});
    return explanation;
}

} // namespace Drover
