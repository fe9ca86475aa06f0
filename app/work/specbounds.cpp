#include "app/work/specbounds.h"
#include "app/work/worktext.h"

#include <QtCore/QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr int longestName = 200; // bytes; life.md, Batch
constexpr int longestArgument = 128 * 1024; // Linux takes no longer one (MAX_ARG_STRLEN)
constexpr int longestText = 64 * 1024;

class BoundsCheck
{
public:
    BoundsCheck(const Problem &where, Problems &problems) : m_where(where), m_problems(problems) { }

    void report(const QString &field, const QString &reason, const QString &remedy = {})
    {
        Problem found = m_where;
        found.field = field;
        found.reason = reason;
        found.remedy = remedy;
        m_problems.add(std::move(found));
    }

    void range(const QString &field, double value, double least, double most)
    {
        if (value < least || value > most)
            report(field, WorkText::tr("%1 is out of range").arg(value),
                   WorkText::tr("%1 to %2").arg(least).arg(most));
    }

    /// Shown in lists and typed in filters: short, and on one line.
    void name(const QString &field, const QString &value)
    {
        if (value.toUtf8().size() > longestName)
            return report(field, WorkText::tr("is %1 bytes long").arg(value.toUtf8().size()),
                          WorkText::tr("at most %1 bytes").arg(longestName));
        const auto isControl = [](QChar c) { return c.category() == QChar::Other_Control; };
        if (std::ranges::any_of(value, isControl))
            report(field, WorkText::tr("has a control character"),
                   WorkText::tr("names are one line of plain text"));
    }

    void text(const QString &field, const QString &value, int longest)
    {
        if (value.toUtf8().size() > longest)
            report(field, WorkText::tr("is %1 bytes long").arg(value.toUtf8().size()),
                   WorkText::tr("at most %1 bytes").arg(longest));
        if (value.contains(QChar(u'\0')))
            report(field, WorkText::tr("has a zero byte"),
                   WorkText::tr("no program can be given one"));
    }

    void labels(const QString &field, const Labels &labels)
    {
        for (auto it = labels.cbegin(); it != labels.cend(); ++it) {
            if (it.key().isEmpty())
                report(field, WorkText::tr("a label has no name"), WorkText::tr("key to value"));
            name(field + u'.' + it.key().left(40), it.key());
            name(field + u'.' + it.key().left(40), it.value());
        }
    }

private:
    const Problem &m_where;
    Problems &m_problems;
};

void checkCommand(const TaskSpec &task, BoundsCheck &check)
{
    if (task.command.isEmpty() && task.shell.isEmpty())
        check.report(u"command"_s, WorkText::tr("is missing"),
                     WorkText::tr("say what to run: command or shell"));
    if (!task.command.isEmpty() && !task.shell.isEmpty())
        check.report(u"shell"_s, WorkText::tr("stands beside command"),
                     WorkText::tr("give one of the two"));
    if (!task.command.isEmpty() && task.command.first().isEmpty())
        check.report(u"command"_s, WorkText::tr("the program has no name"));
    for (const QString &word : task.command)
        check.text(u"command"_s, word, longestArgument);
    check.text(u"shell"_s, task.shell, longestArgument);
}

void checkEnvironment(const TaskSpec &task, BoundsCheck &check)
{
    static const QRegularExpression variable(u"^[A-Za-z_][A-Za-z0-9_]*\\z"_s);
    for (auto it = task.environment.cbegin(); it != task.environment.cend(); ++it) {
        const QString field = u"environment."_s + it.key().left(40);
        if (!variable.match(it.key()).hasMatch())
            check.report(field, WorkText::tr("is no name of a variable"),
                         WorkText::tr("letters, digits and _"));
        check.text(field, it.value(), longestArgument);
    }
}

void checkNumbers(const TaskSpec &task, BoundsCheck &check)
{
    constexpr double mostCores = 4096;
    check.range(u"priority"_s, task.priority, 0, 100);
    check.range(u"retry.attempts"_s, task.retry.attempts, 1, 100);
    check.range(u"retry.factor"_s, task.retry.factor, 1, 10);
    check.range(u"retry.memoryFactor"_s, task.retry.memoryFactor, 1, 8);
    check.range(u"needs.slots"_s, task.needs.slotCount, 1, 1024);
    check.range(u"needs.cpu"_s, task.needs.cpu, 0, mostCores);
    check.range(u"needs.gpu"_s, task.needs.gpu, 0, 1024);
    check.range(u"cpuLimit"_s, task.cpuLimit, 0, mostCores);
}

void checkTexts(const TaskSpec &task, BoundsCheck &check)
{
    check.name(u"name"_s, task.name);
    check.name(u"step"_s, task.step);
    check.name(u"runAs"_s, task.runAs);
    check.name(u"needs.machine"_s, task.needs.machine);
    check.labels(u"labels"_s, task.labels);
    check.labels(u"needs.labels"_s, task.needs.labels);
    check.labels(u"needs.withoutLabels"_s, task.needs.withoutLabels);
    check.text(u"notes"_s, task.notes, longestText);
    check.text(u"progress"_s, task.progress, longestText);
    if (!task.workdir.isEmpty() && !task.workdir.startsWith(u'/'))
        check.report(u"workdir"_s, WorkText::tr("%1 is not absolute").arg(task.workdir.left(200)),
                     WorkText::tr("it begins with /; the task runs on another machine"));
    if (!task.progress.isEmpty()) {
        const QRegularExpression pattern(task.progress);
        if (!pattern.isValid())
            check.report(u"progress"_s,
                         WorkText::tr("is no regular expression: %1").arg(pattern.errorString()));
    }
}

} // namespace

void checkBounds(const TaskSpec &task, const Problem &where, Problems &problems)
{
    BoundsCheck check(where, problems);
    checkCommand(task, check);
    checkEnvironment(task, check);
    checkNumbers(task, check);
    checkTexts(task, check);
}

} // namespace Drover
