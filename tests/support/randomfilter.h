#pragma once

#include "backend/protocol/task.h"

#include <QtCore/QRandomGenerator>
#include <QtCore/QStringList>

namespace Drover {

/// Random filters over random tasks, out of few values, so that they meet. Seeded: a failure is
/// found again.
class RandomFilter
{
public:
    explicit RandomFilter(quint32 seed) : m_random(seed) { }

    /// Text of a filter that parses.
    QString filter(int depth = 3)
    {
        switch (depth == 0 ? 0 : below(7)) {
        case 0:
        case 1:
        case 2:
            return comparison();
        case 3:
            return "not " + part(depth);
        case 4:
            return part(depth) + " or " + part(depth);
        case 5:
            return part(depth) + " " + part(depth);
        default:
            return part(depth) + " AND " + part(depth);
        }
    }

    Task task(qint64 id, const QList<QString> &batches, const QList<QString> &machines)
    {
        Task t;
        t.id = TaskId {id};
        t.rev = below(5);
        t.batch = BatchId {1 + below(int(batches.size()))};
        t.batchName = batches[int(t.batch.value) - 1];
        t.project = t.batch.value % 2 ? "main" : "lab";
        t.name = one(texts());
        t.step = one(texts());
        t.owner = one(texts());
        t.runAs = one(texts());
        t.lastLine = one(texts());
        t.state = TaskState(below(taskStateCount));
        t.held = below(2);
        t.keep = below(2);
        t.unreachable = below(2);
        t.priority = below(4);
        for (const QString key : {"student", "a b", "q\"x"}) {
            if (below(2))
                t.labels.insert(key, one(texts()));
        }
        if (below(2)) {
            t.machine = MachineId {1 + below(int(machines.size()))};
            t.machineName = machines[int(t.machine.value) - 1];
        }
        t.queued = instant();
        if (below(2))
            t.notBefore = instant();
        if (below(2))
            t.started = instant();
        if (isFinished(t.state))
            t.ended = instant();
        t.specNumber = 1 + below(2);
        t.lastAttempt = below(4);
        t.waitsFor = below(3);
        t.endReason = EndReason(below(int(enumNames<EndReason>.size())));
        if (below(2))
            t.exitCode = below(3) - 1;
        t.signal = below(2) * 9;
        if (below(2))
            t.causeKey = below(2) ? 0xfedcba9876543210 : 17;
        return t;
    }

    static Instant now() { return fromMicroseconds(1'767'312'000'000'000); } // 2026-01-02T00:00Z

    int below(int bound) { return int(m_random.bounded(bound)); }

private:
    QString one(const QStringList &list) { return list[below(int(list.size()))]; }

    static QStringList texts()
    {
        return {"",     "align", "Align", "ALIGN-2", "7",     "07",   "10",  "-3",   "2.5",
                "none", "a.b",   "a\"b",  "it's",    "Größe", "GRÖSSE", "😀", "x y",  "line\nbreak",
                "and",  "Z",     "_",     "é",       "\\",    "100%",   "[a]", "a|b"};
    }

    Instant instant()
    {
        return now() + std::chrono::hours(below(73) - 48) + std::chrono::milliseconds(below(2));
    }

    static QString quoted(QString text) { return '"' + text.replace('"', "\"\"") + '"'; }

    QString part(int depth) { return "(" + filter(depth - 1) + ")"; }

    QString order() { return one(QStringList {"=", "!=", "<", "<=", ">", ">="}); }

    QString comparison()
    {
        const QString text = quoted(one(texts()));
        const QString field = one(QStringList {"name", "step", "owner", "runAs", "lastLine", "batch",
                                               "machine", "project", "label.student", "label.\"a b\"",
                                               "label.\"q\"\"x\""});
        switch (below(12)) {
        case 0:
            return field + order() + text;
        case 1:
            return field + " in (" + text + "," + quoted(one(texts())) + ", align)";
        case 2:
            return field + " ~ " + quoted(one(patterns()));
        case 3:
            return text;
        case 4:
            return one(QStringList {"batch", "machine"}) + one(QStringList {"=", "!=", ":"})
                + one(QStringList {"1", "2", "9", "night", "m1", "M2"});
        case 5:
            return one(QStringList {"label.student", "label.\"a b\""}) + order() + one(QStringList {"7", "2.5", "-3"});
        case 6:
            return one(QStringList {"id", "rev", "priority", "attempts", "specNumber", "waitsFor", "exit", "signal"})
                + order() + QString::number(below(5) - 1);
        case 7:
            return "state" + one(QStringList {"=", "!=", ":"})
                + one(QStringList {"unfinished", "started", "finished", "failed", "Running", "waiting"});
        case 8:
            return one(QStringList {"queued", "notBefore", "started", "ended"}) + order()
                + one(QStringList {"-2h", "+1h", "now", "today", "2026-01-01", "2025-12-31T12:00:00Z", "-1d"});
        case 9:
            return "duration" + order() + one(QStringList {"5m", "3600", "0", "1.5h"});
        case 10:
            return one(QStringList {"machine", "exit", "started", "ended", "notBefore", "duration", "cause",
                                    "label.student"})
                + one(QStringList {"=", "!="}) + "none";
        default:
            return one(QStringList {"held = yes", "keep != true", "unreachable = no", "cause = fedcba9876543210",
                                    "cause != 11", "reason in (exited, none)", "reason != signalled",
                                    "1 2 3", "5,7", "project = lab", "state in (queued, succeeded)"});
        }
    }

    static QStringList patterns()
    {
        return {"^align$", "(?i)^align", "[0-9]+", "\\d", "^\\w+$", "a.b", "a\\.b", "\\s", "^$", "x|7|Z",
                "(a|l)+i", "^.{2,3}$", "[^a-z]$", "e$", "\\\\", "\\[", "gn\\b", "(?:al)?ign", "[[\\]]"};
    }

    QRandomGenerator m_random;
};

} // namespace Drover
