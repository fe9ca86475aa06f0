#include "backend/api/metrics.h"

#include "backend/base/version.h"

#include <QtCore/QStorageInfo>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

class Text
{
public:
    // Once before the lines of a figure.
    void about(const char *name, const char *kind, const char *words)
    {
        m_text += QByteArray("# HELP drover_") + name + ' ' + words + "\n# TYPE drover_" + name + ' ' + kind + '\n';
    }

    void line(const char *name, double value, const QByteArray &label = {}, const QString &word = {})
    {
        m_text += QByteArray("drover_") + name;
        if (!label.isEmpty())
            m_text += '{' + label + "=\"" + escaped(word) + "\"}";
        m_text += ' ' + QByteArray::number(value, 'g', 17) + '\n';
    }

    void figure(const char *name, const char *kind, const char *words, double value)
    {
        about(name, kind, words);
        line(name, value);
    }

    QByteArray text() const { return m_text; }

private:
    static QByteArray escaped(const QString &word)
    {
        return QString(word).replace(u'\\', u"\\\\"_s).replace(u'"', u"\\\""_s).replace(u'\n', u"\\n"_s).toUtf8();
    }

    QByteArray m_text;
};

double secondsOf(Instant instant)
{
    return double(toMicroseconds(instant)) / 1e6;
}

void addTasks(Text &text, const Rooms &rooms)
{
    StateCounts counts;
    for (const Batch &batch : rooms.batches.all()) {
        for (int state = 0; state < taskStateCount; ++state)
            counts.add(TaskState(state), batch.counts[TaskState(state)]);
    }
    text.about("tasks", "gauge", "Tasks of live batches, by state.");
    for (int state = 0; state < taskStateCount; ++state)
        text.line("tasks", double(counts[TaskState(state)]), "state", enumText(TaskState(state)));
    text.figure("batches", "gauge", "Live batches.", double(rooms.batches.all().size()));
}

void addMachines(Text &text, const Rooms &rooms)
{
    QMap<MachineState, int> machines;
    qint64 slotCount = 0;
    qint64 slotsUsed = 0;
    for (const MachineRecord &record : rooms.fleet.all()) {
        const Machine machine = rooms.fleet.shown(record);
        ++machines[machine.state];
        if (machine.state != MachineState::Online && machine.state != MachineState::Draining)
            continue;
        slotCount += machine.slotCount;
        slotsUsed += machine.slotsUsed;
    }
    text.about("machines", "gauge", "Machines, by state.");
    for (size_t state = 0; state < enumNames<MachineState>.size(); ++state)
        text.line("machines", machines.value(MachineState(int(state))), "state", enumText(MachineState(int(state))));
    text.figure("slots", "gauge", "Slots of machines that are online.", double(slotCount));
    text.figure("slots_used", "gauge", "Slots that are taken.", double(slotsUsed));
}

} // namespace

QByteArray metricsOf(const Rooms &rooms)
{
    Text text;
    text.about("build_info", "gauge", "Version of the daemon.");
    text.line("build_info", 1, "version", programVersion());
    text.figure("start_time_seconds", "gauge", "When the daemon was started.", secondsOf(rooms.started));
    addTasks(text, rooms);
    addMachines(text, rooms);
    text.figure("held", "gauge", "1 while everything is held.", rooms.batches.flags().held ? 1 : 0);
    text.figure("revision", "counter", "Changes of rows since the store was made.", double(rooms.ledger.revision()));
    text.figure("commit_wait_seconds", "gauge", "How long the oldest row waits for its commit.",
                double(rooms.store.stageAge().count()) / 1000);
    const QStorageInfo disk(rooms.dataDirectory);
    text.figure("disk_free_bytes", "gauge", "Free under the data directory.", double(disk.bytesAvailable()));
    text.figure("certificate_end_seconds", "gauge", "When the daemon's certificate ends.", secondsOf(rooms.certificates.leafEnds()));
    return text.text();
}

QByteArray metricsOf(const FrontDoor::Figures &figures)
{
    Text text;
    text.figure("connections", "gauge", "Connections.", figures.connections);
    text.figure("connections_not_signed_in", "gauge", "Connections that have not signed in.", figures.notSignedIn);
    text.figure("connections_accepted_total", "counter", "Connections since the start.", double(figures.accepted));
    text.figure("connections_evicted_total", "counter", "Connections that made way for others.", double(figures.evicted));
    return text.text();
}

} // namespace Drover
