#include "backend/queue/speccheck.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr int longestName = 200;
constexpr qsizetype mostCommandBytes = 1024 * 1024; // as much as execve takes with room to spare
constexpr int mostAfter = 10'000;

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
        text(u"notes"_s, m_spec.notes, 64 * 1024);
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
        range(u"needs.slots"_s, m_spec.needs.slotCount, 1, 1024);
        range(u"needs.cpu"_s, m_spec.needs.cpu, 0.0, 4096.0);
        range(u"needs.memory"_s, m_spec.needs.memory, qint64(0), qint64(1) << 48);
        range(u"needs.disk"_s, m_spec.needs.disk, qint64(0), qint64(1) << 52);
        range(u"needs.gpu"_s, m_spec.needs.gpu, 0, 64);
        range(u"cpuLimit"_s, m_spec.cpuLimit, 0.0, 4096.0);
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
        refuse(!m_spec.inputs.isEmpty(), u"inputs"_s);
        refuse(!m_spec.sharedInputs.isEmpty(), u"sharedInputs"_s);
        refuse(!m_spec.outputs.isEmpty(), u"outputs"_s);
        refuse(!m_spec.runAs.isEmpty(), u"runAs"_s);
        refuse(!m_spec.progress.isEmpty(), u"progress"_s);
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
