#include "app/work/afternames.h"
#include "app/work/worktext.h"

#include <QtCore/QHash>
#include <QtCore/QRegularExpression>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr qint64 mostAfter = 5'000'000; // of a whole submission: `*` in every task is no plan

class AfterSettler
{
public:
    AfterSettler(WorkList &work, Problems &problems) : m_work(work), m_problems(problems)
    {
        for (int i = 0; i < work.tasks.size(); ++i) {
            if (!work.tasks.at(i).name.isEmpty())
                m_named[work.tasks.at(i).name].append(i);
        }
    }

    void settle()
    {
        for (int i = 0; i < m_work.tasks.size(); ++i) {
            const QStringList written = std::exchange(m_work.tasks[i].after, {});
            for (const QString &word : written)
                settle(i, word);
            m_work.tasks[i].after.removeDuplicates();
            m_total += m_work.tasks.at(i).after.size();
            if (m_total > mostAfter)
                return report(
                    i, WorkText::tr("the tasks wait for more than %1 others in all").arg(mostAfter),
                    WorkText::tr("let one task wait for many, and the others for that one"));
        }
        findCircle();
    }

private:
    void settle(int task, const QString &word)
    {
        QStringList &after = m_work.tasks[task].after;
        if (m_named.contains(word)) {
            after.append(word);
        } else if (const auto ids = idsOf(word)) {
            for (const qint64 id : *ids)
                after.append(QString::number(id));
        } else if (word.contains(u'*')) {
            settlePattern(task, word);
        } else {
            report(task, WorkText::tr("no task of this submission is called %1").arg(word.left(80)),
                   m_named.isEmpty()
                       ? WorkText::tr("give names to the tasks, or ids of tasks that are there")
                       : remedyFor(word, m_named.keys()));
        }
    }

    void settlePattern(int task, const QString &pattern)
    {
        const auto fits = QRegularExpression::fromWildcard(pattern);
        QStringList found;
        for (auto it = m_named.cbegin(); it != m_named.cend(); ++it) {
            if (it.key() != m_work.tasks.at(task).name && fits.match(it.key()).hasMatch())
                found.append(it.key());
        }
        if (found.isEmpty())
            report(task, WorkText::tr("no task of this submission fits %1").arg(pattern.left(80)),
                   {});
        found.sort(); // the same submission twice is the same bytes twice
        m_work.tasks[task].after.append(found);
    }

    // Takes away what waits for nothing, again and again; what stays turns in a circle.
    void findCircle()
    {
        QList<int> waits(m_work.tasks.size());
        QList<QList<int>> frees(m_work.tasks.size());
        for (int i = 0; i < m_work.tasks.size(); ++i) {
            for (const QString &name : std::as_const(m_work.tasks.at(i).after)) {
                for (const int other : m_named.value(name)) {
                    ++waits[i];
                    frees[other].append(i);
                }
            }
        }
        QList<int> free;
        for (int i = 0; i < waits.size(); ++i) {
            if (waits.at(i) == 0)
                free.append(i);
        }
        for (qsizetype at = 0; at < free.size(); ++at) {
            for (const int next : std::as_const(frees[free.at(at)])) {
                if (--waits[next] == 0)
                    free.append(next);
            }
        }
        if (free.size() < waits.size())
            reportCircle(waits);
    }

    void reportCircle(const QList<int> &waits)
    {
        int at = 0;
        while (waits.at(at) == 0)
            ++at;
        QList<int> path;
        while (!path.contains(at)) {
            path.append(at);
            at = nextInCircle(at, waits);
        }
        QStringList names;
        for (const int each : path.sliced(path.indexOf(at)))
            names.append(m_work.tasks.at(each).name);
        names.append(names.first());
        constexpr qsizetype shown = 8;
        if (names.size() > shown)
            names = names.first(shown) << u"…"_s;
        report(at,
               WorkText::tr("tasks wait for each other in a circle: %1").arg(names.join(u" → "_s)),
               WorkText::tr("take one of them out of after"));
    }

    int nextInCircle(int task, const QList<int> &waits) const
    {
        for (const QString &name : std::as_const(m_work.tasks.at(task).after)) {
            for (const int other : m_named.value(name)) {
                if (waits.at(other) > 0)
                    return other;
            }
        }
        return task;
    }

    void report(int task, const QString &reason, const QString &remedy)
    {
        const WorkOrigin &origin = m_work.origins.at(task);
        m_problems.add({origin.file, origin.line, u"after"_s, reason, remedy});
    }

    WorkList &m_work;
    Problems &m_problems;
    QHash<QString, QList<int>> m_named;
    qint64 m_total = 0;
};

} // namespace

void settleAfter(WorkList &work, Problems &problems)
{
    AfterSettler(work, problems).settle();
}

std::optional<QList<qint64>> idsOf(const QString &text)
{
    static const QRegularExpression form(u"^([0-9]{1,16})(?:-([0-9]{1,16}))?\\z"_s);
    const auto match = form.match(text);
    if (!match.hasMatch())
        return std::nullopt;
    const qint64 first = match.captured(1).toLongLong();
    const qint64 last = match.captured(2).isEmpty() ? first : match.captured(2).toLongLong();
    if (first == 0 || last < first || last - first >= 1'000'000)
        return std::nullopt;
    QList<qint64> ids;
    for (qint64 id = first; id <= last; ++id)
        ids.append(id);
    return ids;
}

} // namespace Drover
