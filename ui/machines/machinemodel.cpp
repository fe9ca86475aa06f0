#include "ui/machines/machinemodel.h"

#include "ui/widgets/naturalorder.h"
#include "ui/widgets/words.h"


#include <cmath>
#include <limits>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr auto stepLength = 10s;
constexpr double warnPart = 0.8; // of memory and disk
constexpr double fullPart = 0.95;
constexpr float unknown = std::numeric_limits<float>::quiet_NaN();

QList<Column> machineColumns()
{
    const auto spark = [](const QString &id, const QString &title, int width, const QString &words) {
        return Column {.id = id, .title = title, .kind = CellKind::Spark, .width = width, .order = id, .falls = true, .words = words};
    };
    const auto number = [](const QString &id, const QString &title, int width) {
        return Column {.id = id, .title = title, .kind = CellKind::Number, .width = width, .order = id, .falls = true};
    };
    return {
        {.id = u"state"_s, .title = MachineModel::tr("State"), .kind = CellKind::State, .width = 112, .order = u"state"_s},
        {.id = u"name"_s, .title = MachineModel::tr("Name"), .width = 130, .order = u"name"_s, .stretches = true,
         .elide = Qt::ElideMiddle},
        {.id = u"pools"_s, .title = MachineModel::tr("Pools"), .width = 112, .order = u"pools"_s},
        {.id = u"slots"_s, .title = MachineModel::tr("Slots"), .kind = CellKind::Slots, .width = 104, .order = u"slots"_s, .falls = true},
        spark(u"cpu"_s, MachineModel::tr("CPU"), 97, MachineModel::tr("Of all cores, and the last ten minutes")),
        spark(u"memory"_s, MachineModel::tr("Memory"), 97, MachineModel::tr("Used, of all of it")),
        spark(u"disk"_s, MachineModel::tr("Disk"), 97, MachineModel::tr("Used of the disk that work lies on")),
        spark(u"net"_s, MachineModel::tr("Net"), 97, MachineModel::tr("Bytes a second, in and out; the curve's top is its own")),
        number(u"tasks"_s, MachineModel::tr("Tasks"), 58),
        number(u"failed"_s, MachineModel::tr("Failed 1 h"), 76),
        {.id = u"version"_s, .title = MachineModel::tr("Version"), .width = 82, .order = u"version"_s},
        number(u"up"_s, MachineModel::tr("Up"), 60),
        number(u"seen"_s, MachineModel::tr("Last seen"), 74),
        {.id = u"address"_s, .title = MachineModel::tr("Address"), .width = 120, .shown = false, .order = u"address"_s},
        {.id = u"labels"_s, .title = MachineModel::tr("Labels"), .width = 140, .shown = false},
        {.id = u"project"_s, .title = MachineModel::tr("Project"), .width = 80, .shown = false, .order = u"project"_s},
        {.id = u"cores"_s, .title = MachineModel::tr("Cores"), .kind = CellKind::Number, .width = 58, .shown = false,
         .order = u"cores"_s, .falls = true},
    };
}

QString labelWords(const QMap<QString, QString> &labels)
{
    QStringList words;
    for (auto it = labels.cbegin(); it != labels.cend(); ++it)
        words.append(it.value().isEmpty() ? it.key() : it.key() + u'=' + it.value());
    return words.join(u", "_s);
}

// In at most four signs: the column is narrow.
QString rateWords(double bytes)
{
    static constexpr char16_t units[] = u" kMGT";
    int unit = 0;
    while (bytes >= 999.5 && unit < 4) {
        bytes /= 1000;
        ++unit;
    }
    const QString figure = QLocale().toString(bytes, 'f', unit > 0 && bytes < 9.95 ? 1 : 0);
    return unit == 0 ? figure : figure + QChar(units[unit]);
}

// One unit, as the column of uptimes has it.
QString shortDuration(std::chrono::microseconds duration)
{
    const auto seconds = std::max<qint64>(0, std::chrono::duration_cast<std::chrono::seconds>(duration).count());
    if (seconds < 60)
        return MachineModel::tr("%1 s").arg(seconds);
    if (seconds < 3600)
        return MachineModel::tr("%1 m").arg(seconds / 60);
    if (seconds < 86'400)
        return MachineModel::tr("%1 h").arg(seconds / 3600);
    return MachineModel::tr("%1 d").arg(seconds / 86'400);
}

float part(double used, double all)
{
    return all > 0 ? float(std::clamp(used / all, 0.0, 1.0)) : unknown;
}

Tint limitTint(double value)
{
    return value >= fullPart ? Tint::Failed : value >= warnPart ? Tint::Paused : Tint::Running;
}

} // namespace

bool isAway(MachineState state)
{
    return state == MachineState::Lost || state == MachineState::Offline;
}

qint64 workDisk(const Machine &machine)
{
    return machine.facts.disks.isEmpty() ? 0 : machine.facts.disks.first().total;
}

void LoadCurves::add(Instant at, float cpuPart, float memoryPart, float diskPart, float netBytes)
{
    const qint64 step = at.time_since_epoch() / std::chrono::microseconds(stepLength);
    if (step < last || at == never)
        return;
    const bool isEmpty = cpu.isEmpty();
    const qint64 missing = isEmpty ? 1 : std::min<qint64>(step - last, steps);
    const auto put = [&](QList<float> &list, float value) {
        for (qint64 i = 0; i < missing; ++i)
            list.append(unknown);
        while (list.size() > steps)
            list.removeFirst();
        list.last() = value;
    };
    put(cpu, cpuPart);
    put(memory, memoryPart);
    put(disk, diskPart);
    put(net, netBytes);
    last = step;
}

MachineModel::MachineModel(QObject *parent) : KeyedModel(machineColumns(), parent) { }

void MachineModel::note(const Machine &machine)
{
    if (isAway(machine.state))
        return;
    const MachineLoad &load = machine.load;
    m_curves[machine.id].add(machine.lastContact, float(load.cpu), part(double(load.memoryUsed), double(machine.facts.memory)),
                             part(double(load.diskUsed), double(workDisk(machine))), float(load.netIn + load.netOut));
}

void MachineModel::reset(const QMap<MachineId, Machine> &machines)
{
    m_machines = machines;
    m_curves.removeIf([&](const auto &curves) { return !machines.contains(curves.key()); });
    for (const Machine &machine : m_machines)
        note(machine);
    settle();
    touchAll();
}

void MachineModel::apply(const MachineChanges &changes)
{
    for (const QList<Machine> *list : {&changes.added, &changes.changed}) {
        for (const Machine &machine : *list) {
            m_machines.insert(machine.id, machine);
            note(machine);
        }
    }
    if (!changes.removed.isEmpty()) {
        for (const MachineId id : changes.removed) {
            m_machines.remove(id);
            m_curves.remove(id);
        }
        QList<MachineId> left = keys();
        left.removeIf([&](MachineId id) { return !m_machines.contains(id); });
        setKeys(left);
    }
    for (const Machine &machine : changes.changed)
        touch(machine.id);
}

void MachineModel::setHistory(const QList<LoadSeries> &series)
{
    for (const LoadSeries &each : series) {
        const Machine *machine = find(each.machine);
        if (!machine)
            continue;
        m_failed.insert(each.machine, each.failedHour);
        m_booted.insert(each.machine, each.booted);
        if (m_curves.value(each.machine).cpu.size() > 1)
            continue; // what was seen here is finer
        LoadCurves curves;
        for (qsizetype i = 0; i < each.cpu.size(); ++i) {
            if (each.cpu.at(i) >= 0)
                curves.add(each.start + each.step * i, float(each.cpu.at(i)) / 1000,
                           part(double(each.memory.value(i)), double(machine->facts.memory)),
                           part(double(each.disk.value(i)), double(workDisk(*machine))),
                           float(each.netIn.value(i) + each.netOut.value(i)));
        }
        m_curves.insert(each.machine, curves);
        note(*machine);
    }
    touchAll();
}

void MachineModel::setNow(Instant now, bool utc)
{
    m_now = now;
    m_utc = utc;
    touchAll();
}

void MachineModel::setVersion(const QString &version)
{
    m_version = version;
    touchAll();
}

void MachineModel::setWords(const QString &words)
{
    m_words = words.split(u' ', Qt::SkipEmptyParts);
    settle();
}

void MachineModel::setStates(const QSet<MachineState> &states)
{
    m_states = states;
    settle();
}

void MachineModel::setSkewOnly(bool only)
{
    m_skewOnly = only;
    settle();
}

void MachineModel::setOrder(const QString &order)
{
    m_order = order;
    settle();
}

bool MachineModel::isSkewed(const Machine &machine) const
{
    return !m_version.isEmpty() && !machine.facts.agentVersion.isEmpty() && machine.facts.agentVersion != m_version;
}

bool MachineModel::matchesWords(const Machine &machine) const
{
    const QString text = u"%1 %2 %3 %4"_s.arg(machine.name, machine.pools.join(u' '), machine.address, labelWords(machine.labels));
    return std::ranges::all_of(m_words, [&](const QString &word) { return text.contains(word, Qt::CaseInsensitive); });
}

bool MachineModel::matches(const Machine &machine) const
{
    return (m_states.isEmpty() || m_states.contains(machine.state)) && (!m_skewOnly || isSkewed(machine))
        && matchesWords(machine);
}

bool MachineModel::isBefore(const Machine &a, const Machine &b) const
{
    const bool falls = m_order.startsWith(u'-');
    const QString by = falls ? m_order.sliced(1) : m_order;
    const auto figure = [&](const Machine &machine) -> double {
        if (by == u"cpu")
            return machine.load.cpu;
        if (by == u"memory")
            return part(double(machine.load.memoryUsed), double(machine.facts.memory));
        if (by == u"disk")
            return part(double(machine.load.diskUsed), double(workDisk(machine)));
        if (by == u"net")
            return double(machine.load.netIn + machine.load.netOut);
        if (by == u"slots")
            return machine.slotsUsed;
        if (by == u"tasks")
            return machine.tasksNow;
        if (by == u"failed")
            return double(m_failed.value(machine.id));
        if (by == u"up")
            return -double(toMicroseconds(m_booted.value(machine.id)));
        if (by == u"seen")
            return -double(toMicroseconds(machine.lastContact));
        if (by == u"cores")
            return machine.facts.cores;
        return double(machine.state);
    };
    const auto word = [&](const Machine &machine) {
        return by == u"pools" ? machine.pools.join(u' ') : by == u"version" ? machine.facts.agentVersion
            : by == u"address" ? machine.address : by == u"project" ? machine.project : machine.name;
    };
    static const QSet<QString> wordColumns {u"name"_s, u"pools"_s, u"version"_s, u"address"_s, u"project"_s};
    int order = 0;
    if (wordColumns.contains(by))
        order = naturalCompare(word(a), word(b));
    else if (figure(a) != figure(b))
        order = figure(a) < figure(b) ? -1 : 1;
    if (order != 0)
        return falls ? order > 0 : order < 0;
    const int byName = naturalCompare(a.name, b.name);
    return byName != 0 ? byName < 0 : a.id < b.id;
}

QList<MachineId> MachineModel::wanted() const
{
    QList<const Machine *> machines;
    for (const Machine &machine : m_machines) {
        if (matches(machine))
            machines.append(&machine);
    }
    std::ranges::sort(machines, [this](const Machine *a, const Machine *b) { return isBefore(*a, *b); });
    QList<MachineId> rows;
    for (const Machine *machine : std::as_const(machines))
        rows.append(machine->id);
    return rows;
}

qint64 MachineModel::unsettled() const
{
    const QList<MachineId> target = wanted();
    qint64 others = std::abs(target.size() - keys().size());
    for (qsizetype i = 0; i < std::min(target.size(), keys().size()); ++i)
        others += target.at(i) == keys().at(i) ? 0 : 1;
    return others;
}

void MachineModel::settle()
{
    setKeys(wanted());
}

const Machine *MachineModel::find(MachineId machine) const
{
    const auto found = m_machines.constFind(machine);
    return found == m_machines.cend() ? nullptr : &*found;
}

const Machine *MachineModel::machineAt(int row) const
{
    return row < 0 || row >= rowCount() ? nullptr : find(keyAt(row));
}

QMap<MachineState, qint64> MachineModel::countsByState() const
{
    QMap<MachineState, qint64> counts;
    for (const Machine &machine : m_machines) {
        if (matchesWords(machine))
            ++counts[machine.state];
    }
    return counts;
}

qint64 MachineModel::skewed() const
{
    return std::ranges::count_if(m_machines, [this](const Machine &machine) { return isSkewed(machine); });
}

Cell MachineModel::stateCell(const Machine &machine) const
{
    const StateLook look = lookOf(machine.state);
    const QString words = machine.state == MachineState::Silent
        ? tr("%1 %2").arg(look.word, shortDuration(m_now - machine.lastContact))
        : look.word;
    return {.text = words, .tint = look.tint, .icon = look.icon};
}

Cell MachineModel::loadCell(const Machine &machine, const QString &column) const
{
    const LoadCurves curves = m_curves.value(machine.id);
    Cell cell {.text = u"—"_s, .tint = Tint::Text3, .barTint = Tint::Running};
    if (isAway(machine.state) || curves.cpu.isEmpty())
        return cell;
    cell.tint = Tint::Text1;
    if (column == u"net") {
        const float most = std::max(1.0F, *std::ranges::max_element(curves.net, [](float a, float b) {
            return (std::isnan(a) ? -1 : a) < (std::isnan(b) ? -1 : b);
        }));
        for (const float value : curves.net)
            cell.curve.append(value / most);
        cell.text = rateWords(double(machine.load.netIn + machine.load.netOut));
        cell.tip = tr("%1/s in, %2/s out").arg(wordsOfSize(machine.load.netIn), wordsOfSize(machine.load.netOut));
        return cell;
    }
    cell.curve = column == u"cpu" ? curves.cpu : column == u"memory" ? curves.memory : curves.disk;
    const float last = cell.curve.last();
    if (std::isnan(last))
        return {.text = u"—"_s, .tint = Tint::Text3};
    cell.text = tr("%1%").arg(qRound(100 * last));
    if (column == u"cpu") {
        cell.tip = tr("Load %1 over a minute, %n core(s)", nullptr, machine.facts.cores)
                       .arg(QLocale().toString(machine.load.loadAverage, 'f', 2));
        return cell;
    }
    cell.barTint = limitTint(last);
    if (cell.barTint != Tint::Running)
        cell.tint = cell.barTint;
    const bool isMemory = column == u"memory";
    cell.tip = isMemory
        ? tr("%1 of %2").arg(wordsOfMemory(machine.load.memoryUsed), wordsOfMemory(machine.facts.memory))
        : tr("%1 of %2").arg(wordsOfSize(machine.load.diskUsed), wordsOfSize(workDisk(machine)));
    return cell;
}

Cell MachineModel::seenCell(const Machine &machine) const
{
    if (!isSet(machine.lastContact))
        return {.text = u"—"_s, .tint = Tint::Text3};
    const Tint tint = machine.state == MachineState::Lost ? Tint::Lost
        : machine.state == MachineState::Silent           ? Tint::Silent
                                                          : Tint::Text2;
    return {.text = shortDuration(m_now - machine.lastContact), .tint = tint,
            .tip = wordsOfMoment(machine.lastContact, m_utc)};
}

Cell MachineModel::cell(int row, int column) const
{
    const Machine *machine = machineAt(row);
    const QString &id = columnAt(column).id;
    if (!machine)
        return {};
    if (id == u"state")
        return stateCell(*machine);
    if (id == u"name")
        return {.text = machine->name, .tip = machine->notes.isEmpty() ? machine->name : machine->notes};
    if (id == u"pools")
        return {.text = machine->pools.join(u", "_s), .tint = Tint::Text2};
    if (id == u"slots") {
        if (machine->slotCount == 0)
            return {.text = tr("no slots"), .tint = Tint::Text3};
        const bool isQuiet = isAway(machine->state);
        return {.text = u"%1/%2"_s.arg(machine->slotsUsed).arg(machine->slotCount),
                .tint = isQuiet ? Tint::Text3 : Tint::Text1,
                .used = isQuiet ? 0 : std::min(machine->slotsUsed, machine->slotCount),
                .all = machine->slotCount};
    }
    if (id == u"tasks")
        return {.text = QString::number(machine->tasksNow), .tint = machine->tasksNow > 0 ? Tint::Text1 : Tint::Text3};
    if (id == u"failed") {
        const qint64 failed = m_failed.value(machine->id);
        return {.text = wordsOfCount(failed), .tint = failed > 0 ? Tint::Failed : Tint::Text3,
                .tip = tr("Attempts that failed there in the last hour")};
    }
    if (id == u"version")
        return isSkewed(*machine) ? Cell {.text = machine->facts.agentVersion, .tint = Tint::Silent, .aside = tr("skew"),
                                          .tip = tr("The daemon is %1").arg(m_version)}
                                  : Cell {.text = machine->facts.agentVersion, .tint = Tint::Text2};
    if (id == u"up") {
        const Instant booted = m_booted.value(machine->id);
        return isSet(booted) && !isAway(machine->state)
            ? Cell {.text = shortDuration(m_now - booted), .tint = Tint::Text2, .tip = wordsOfMoment(booted, m_utc)}
            : Cell {.text = u"—"_s, .tint = Tint::Text3};
    }
    if (id == u"seen")
        return seenCell(*machine);
    if (id == u"address")
        return {.text = machine->address, .tint = Tint::Text2};
    if (id == u"labels")
        return {.text = labelWords(machine->labels), .tint = Tint::Text2};
    if (id == u"project")
        return {.text = machine->project, .tint = Tint::Text2};
    if (id == u"cores")
        return {.text = QString::number(machine->facts.cores), .tint = Tint::Text2};
    return loadCell(*machine, id);
}

QString MachineModel::rowWords(int row) const
{
    const Machine *machine = machineAt(row);
    return machine ? tr("%1, %2, %3 of %4 slots busy")
                         .arg(stateCell(*machine).text, machine->name)
                         .arg(machine->slotsUsed)
                         .arg(machine->slotCount)
                   : QString();
}

} // namespace Drover
