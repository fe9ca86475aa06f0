#pragma once

#include "backend/agent/daemonlink.h"

#include <QtCore/QHash>

#include <functional>

namespace Drover {

/// A daemon as far as an agent sees it: welcomes, assigns, and keeps what it is told. Commits at
/// once, unless it is told to wait.
class DaemonSide
{
public:
    AgentWelcome welcome{.machine = MachineId{7},
                         .name = "m7",
                         .epoch = 4711,
                         .slotCount = 2,
                         .beat = std::chrono::milliseconds(100),
                         .stop = {}};
    bool acknowledges = true; ///< reports
    bool acknowledgesOutput = true;
    bool acknowledgesBeats = true;

    QList<AgentHello> hellos;
    QList<Report> reports; ///< each once, in the order of their first coming
    QList<Report> allReports; ///< repeated ones too
    QList<OutputChunk> chunks;
    QList<AgentBeat> beats;
    QStringList goodbyes;
    QStringList order; ///< "chunk 1-1 stdout", "ended 1-1", as they came

    std::function<void(const QByteArray &frame)> send;
    QByteArrayList beforeHello; ///< nothing is said to an agent that has not said hello

    void take(const Envelope &envelope)
    {
        if (envelope.method == AgentHello::method) {
            hellos.append(decode<AgentHello>(envelope.params).value());
            send(resultFrame(*envelope.id, encode(welcome), WireFormat::Cbor));
            for (const QByteArray &frame : std::exchange(beforeHello, {}))
                send(frame);
        } else if (envelope.method == AgentReports::method) {
            takeReports(decode<AgentReports>(envelope.params).value());
        } else if (envelope.method == OutputChunk::method) {
            takeChunk(decode<OutputChunk>(envelope.params).value());
        } else if (envelope.method == AgentBeat::method) {
            beats.append(decode<AgentBeat>(envelope.params).value());
            if (acknowledgesBeats)
                notify(AgentBeatAck{.bootTime = beats.last().bootTime});
        } else if (envelope.method == AgentGoodbye::method) {
            goodbyes.append(decode<AgentGoodbye>(envelope.params).value().reason);
        }
    }

    template <typename T> void notify(const T &message)
    {
        const QByteArray frame = notificationFrame(T::method, encode(message), WireFormat::Cbor);
        if (hellos.isEmpty())
            beforeHello.append(frame);
        else
            send(frame);
    }

    void acknowledgeReports()
    {
        if (!allReports.isEmpty())
            notify(ReportsAck{.upTo = allReports.last().seq});
    }

    void assign(const Assignment &assignment) { notify(AgentAssign{.assignments = {assignment}}); }
    void assignShell(int task, const QString &shell, int n = 1)
    {
        assign(shellTask(task, shell, n));
    }

    static Assignment shellTask(int task, const QString &shell, int n = 1)
    {
        Assignment assignment{
            .task = TaskId{task}, .n = n, .project = "main", .batch = "night", .spec = {}};
        assignment.spec.shell = shell;
        return assignment;
    }

    void orderTask(int task, OrderKind kind, EndReason reason = EndReason::Cancelled)
    {
        notify(AgentOrders{.orders
                           = {{.task = TaskId{task}, .n = 1, .kind = kind, .reason = reason}}});
    }

    int count(ReportKind kind) const
    {
        return int(std::count_if(reports.cbegin(), reports.cend(),
                                 [kind](const Report &report) { return report.kind == kind; }));
    }

    const Report *find(int task, ReportKind kind) const
    {
        for (const Report &report : reports) {
            if (report.task.value == task && report.kind == kind)
                return &report;
        }
        return nullptr;
    }
    const Report *ended(int task) const { return find(task, ReportKind::Ended); }

    /// "exited 0", "signalled 9": what became of it; empty while nothing did.
    QString end(int task) const
    {
        const Report *report = ended(task);
        if (!report)
            return {};
        QString text = QString::fromUtf8(enumWord(report->endReason).data(),
                                         qsizetype(enumWord(report->endReason).size()));
        if (report->exitCode)
            text += ' ' + QString::number(*report->exitCode);
        if (report->signal)
            text += " signal " + QString::number(report->signal);
        return text;
    }

    /// What came of a stream, in the order of its offsets.
    QByteArray output(int task, Stream stream = Stream::Out) const
    {
        QByteArray bytes;
        for (const OutputChunk &chunk : chunks) {
            if (chunk.task.value != task || chunk.stream != stream)
                continue;
            bytes.resize(std::max(bytes.size(), qsizetype(chunk.offset) + chunk.data.size()));
            memcpy(bytes.data() + chunk.offset, chunk.data.constData(), size_t(chunk.data.size()));
        }
        return bytes;
    }

private:
    QHash<qint64, bool> m_seen; // numbers of reports

    void takeReports(const AgentReports &message)
    {
        for (const Report &report : message.reports) {
            if (!std::exchange(m_seen[report.seq], true))
                reports.append(report);
            allReports.append(report);
            if (report.kind == ReportKind::Ended)
                order.append("ended " + printed(report.id()));
        }
        if (acknowledges)
            acknowledgeReports();
    }

    void takeChunk(const OutputChunk &chunk)
    {
        chunks.append(chunk);
        order.append("chunk " + printed(chunk.id()));
        if (acknowledgesOutput)
            notify(OutputAck{.task = chunk.task,
                             .n = chunk.n,
                             .stream = chunk.stream,
                             .upTo = chunk.offset + chunk.data.size()});
    }
};

} // namespace Drover
