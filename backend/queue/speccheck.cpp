#include "backend/queue/speccheck.h"

#include "backend/protocol/blobrequests.h"

#include <QtCore/QRegularExpression>
#include <QtCore/QSet>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr int longestName = 200;
constexpr qsizetype mostCommandBytes = 1024 * 1024; // as much as execve takes with room to spare
constexpr int mostAfter = 10'000;
constexpr qsizetype mostTransfers = 1000;


class Check
{
public:
    Check(const TaskSpec &spec, QString where) : m_spec(spec), m_where(std::move(where)) { }

    QList<Problem> run()
    {
        command();
        names();
        ranges();
        needs();
        inputs(u"inputs"_s, m_spec.inputs);
        inputs(u"sharedInputs"_s, m_spec.sharedInputs);
        outputs();
        notBuiltYet();
        return m_problems;
    }

private:
    void add(const QString &field, const QString &reason, const QString &remedy)
    {
        m_problems.append({{}, 0, m_where + field, reason, remedy});
    }

    void name(const QString &field, const QString &value)
    {
        const QString problem = nameProblem(value);
        if (!problem.isEmpty())
            add(field, problem, u"use 1 to 200 bytes of text without control characters"_s);
    }

    void text(const QString &field, const QString &value, qsizetype most)
    {
        if (value.size() > most)
            add(field, u"is longer than %1 characters"_s.arg(most), u"shorten it, or put it into a file"_s);
        if (value.contains(QChar(0)))
            add(field, u"contains a NUL character"_s, u"remove it"_s);
    }

    template<typename T>
    void range(const QString &field, T value, T least, T greatest)
    {
        if (value < least || value > greatest) {
            add(field, u"%1 is out of range"_s.arg(value),
                u"use %1 to %2"_s.arg(least).arg(greatest));
        }
    }

    void command()
    {
        if (m_spec.command.isEmpty() == m_spec.shell.isEmpty()) {
            add(u"command"_s, m_spec.command.isEmpty() ? u"there is nothing to run"_s
                                                       : u"both command and shell are given"_s,
                u"give either a command or a shell text"_s);
        }
        qsizetype bytes = m_spec.shell.size();
        for (const QString &word : m_spec.command) {
            bytes += word.size() + 1;
            text(u"command"_s, word, mostCommandBytes);
        }
        if (!m_spec.command.isEmpty() && m_spec.command.first().isEmpty())
            add(u"command"_s, u"the program's name is empty"_s, u"name a program"_s);
        text(u"shell"_s, m_spec.shell, mostCommandBytes);
        if (bytes > mostCommandBytes)
            add(u"command"_s, u"is longer than 1 MiB"_s, u"put the arguments into a file"_s);
        for (auto it = m_spec.environment.cbegin(); it != m_spec.environment.cend(); ++it) {
            if (it.key().isEmpty() || it.key().contains(u'=') || it.key().contains(QChar(0)))
                add(u"environment"_s, u"\"%1\" is no name of a variable"_s.arg(it.key()), u"use letters, digits and _"_s);
            text(u"environment."_s + it.key(), it.value(), 128 * 1024);
        }
        if (!m_spec.workdir.isEmpty() && !m_spec.workdir.startsWith(u'/'))
            add(u"workdir"_s, u"is not absolute"_s, u"begin it with /"_s);
    }

    void names()
    {
        if (!m_spec.name.isEmpty())
            name(u"name"_s, m_spec.name);
        if (!m_spec.step.isEmpty())
            name(u"step"_s, m_spec.step);
        for (auto it = m_spec.labels.cbegin(); it != m_spec.labels.cend(); ++it) {
            name(u"labels"_s, it.key());
            if (it.value().toUtf8().size() > longestName)
                add(u"labels."_s + it.key(), u"is longer than 200 bytes"_s, u"shorten it"_s);
        }
        if (m_spec.labels.size() > 100)
            add(u"labels"_s, u"more than 100"_s, u"use fewer"_s);
        if (m_spec.after.size() > mostAfter)
            add(u"after"_s, u"waits for more than %1 tasks"_s.arg(mostAfter), u"put a gathering task in between"_s);
        if (!m_spec.runAs.isEmpty())
            name(u"runAs"_s, m_spec.runAs);
        if (m_spec.runAs == u"root" || m_spec.runAs == u"0")
            add(u"runAs"_s, u"tasks never run as root"_s, u"name another user, or leave it out"_s);
        progress();
        text(u"notes"_s, m_spec.notes, 64 * 1024);
    }

    void progress()
    {
        if (m_spec.progress.isEmpty())
            return;
        text(u"progress"_s, m_spec.progress, 1000);
        const QRegularExpression expression(m_spec.progress);
        if (!expression.isValid())
            add(u"progress"_s, u"is no regular expression: %1"_s.arg(expression.errorString()), u"as in (\\d+)% done"_s);
        else if (expression.captureCount() < 1)
            add(u"progress"_s, u"has no group"_s, u"put ( ) around the part that is 0 to 100, as in (\\d+)% done"_s);
    }

    void ranges()
    {
        range(u"priority"_s, m_spec.priority, 0, 100);
        range(u"retry.attempts"_s, m_spec.retry.attempts, 1, 100);
        range(u"retry.factor"_s, m_spec.retry.factor, 1.0, 10.0);
        range(u"retry.memoryFactor"_s, m_spec.retry.memoryFactor, 1.0, 8.0);
        constexpr qint64 year = 365LL * 86'400'000;
        range(u"retry.backoff"_s, qint64(m_spec.retry.backoff.count()), qint64(0), year);
        range(u"timeouts.prepare"_s, qint64(m_spec.timeouts.prepare.count()), qint64(0), year);
        range(u"timeouts.run"_s, qint64(m_spec.timeouts.run.count()), qint64(0), year);
        range(u"timeouts.collect"_s, qint64(m_spec.timeouts.collect.count()), qint64(0), year);
        range(u"killGrace"_s, qint64(m_spec.killGrace.count()), qint64(0), qint64(3'600'000));
        if (m_spec.outputCap != 0)
            range(u"outputCap"_s, m_spec.outputCap, qint64(64 * 1024), qint64(1) << 44);
    }

    void needs()
    {
        if (!m_spec.needs.machine.isEmpty())
            name(u"needs.machine"_s, m_spec.needs.machine);
        for (const QString &machine : m_spec.needs.withoutMachines)
            name(u"needs.withoutMachines"_s, machine);
        for (const auto &[field, labels] : {std::pair(u"needs.labels"_s, &m_spec.needs.labels),
                                            std::pair(u"needs.withoutLabels"_s, &m_spec.needs.withoutLabels)}) {
            for (const QString &label : labels->keys())
                name(field, label);
        }
        range(u"needs.slots"_s, m_spec.needs.slotCount, 1, 1024);
        range(u"needs.cpu"_s, m_spec.needs.cpu, 0.0, 4096.0);
        range(u"needs.memory"_s, m_spec.needs.memory, qint64(0), qint64(1) << 48);
        range(u"needs.disk"_s, m_spec.needs.disk, qint64(0), qint64(1) << 52);
        range(u"needs.gpu"_s, m_spec.needs.gpu, 0, 64);
        range(u"cpuLimit"_s, m_spec.cpuLimit, 0.0, 4096.0);
    }

    void inputs(const QString &list, const QList<Transfer> &transfers)
    {
        QSet<QString> names;
        if (transfers.size() > mostTransfers)
            add(list, u"more than %1 files"_s.arg(mostTransfers), u"pack them into one"_s);
        for (qsizetype i = 0; i < std::min(transfers.size(), mostTransfers); ++i) {
            const Transfer &transfer = transfers[i];
            const QString field = u"%1[%2]"_s.arg(list).arg(i);
            if (blobHashOf(transfer.source).isEmpty()) {
                add(field + u".source"_s, u"\"%1\" is no file that was handed in"_s.arg(transfer.source.left(80)),
                    u"hand it in first (drover submit does, for files that are here); places of a storage are not carried out yet"_s);
            }
            if (!isPathBelow(transfer.name)) {
                add(field + u".name"_s, u"\"%1\" is no path below a folder"_s.arg(transfer.name.left(80)),
                    u"use a relative one without . and .., of at most 1000 bytes"_s);
            } else if (names.contains(transfer.name)) {
                add(field + u".name"_s, u"\"%1\" is there twice"_s.arg(transfer.name), u"give each a name of its own"_s);
            }
            names.insert(transfer.name);
        }
    }

    void outputs()
    {
        if (m_spec.outputs.size() > mostTransfers)
            add(u"outputs"_s, u"more than %1 patterns"_s.arg(mostTransfers), u"use * and **"_s);
        for (qsizetype i = 0; i < std::min(m_spec.outputs.size(), mostTransfers); ++i) {
            const Transfer &output = m_spec.outputs[i];
            const QString field = u"outputs[%1]"_s.arg(i);
            if (!isPathBelow(output.source)) {
                add(field + u".source"_s, u"\"%1\" is no path below OUTPUT"_s.arg(output.source.left(80)),
                    u"use a relative one without . and ..; *, ? and ** stand for names"_s);
            }
            if (!output.name.isEmpty()) {
                add(field + u".name"_s, u"bringing outputs to a storage is not carried out yet"_s,
                    u"leave it out: they come to the daemon, and drover outputs brings them to you"_s);
            }
        }
    }

    void refuse(bool asked, const QString &field)
    {
        if (asked)
            add(field, u"this version does not carry it out yet"_s, u"leave it out"_s);
    }

    void notBuiltYet()
    {
        refuse(!m_spec.container.isEmpty(), u"container"_s);
        refuse(!m_spec.containerOptions.isEmpty(), u"containerOptions"_s);
        refuse(m_spec.cache, u"cache"_s);
    }

    const TaskSpec &m_spec;
    QString m_where;
    QList<Problem> m_problems;
};

} // namespace

QList<Problem> checkSpec(const TaskSpec &spec, const QString &where)
{
    return Check(spec, where).run();
}

QString nameProblem(const QString &name)
{
    const qsizetype bytes = name.toUtf8().size();
    if (bytes == 0)
        return u"is empty"_s;
    if (bytes > longestName)
        return u"has %1 bytes, more than %2"_s.arg(bytes).arg(longestName);
    for (const QChar c : name) {
        if (c.category() == QChar::Other_Control)
            return u"contains a control character"_s;
    }
    if (!name.isValidUtf16())
        return u"is not valid Unicode"_s;
    return {};
}

QString defaultName(const TaskSpec &spec)
{
    QString word = spec.command.isEmpty() ? spec.shell.section(u' ', 0, 0) : spec.command.first();
    word = word.section(u'/', -1);
    QString clean;
    for (const QChar c : word) {
        if (c.isPrint() && clean.size() < 60)
            clean += c;
    }
    return clean.isEmpty() ? u"task"_s : clean;
}

} // namespace Drover
