#include "app/work/afternames.h"
#include "app/work/worktext.h"

#include <QtCore/QHash>
#include <QtCore/QRegularExpression>

#include <algorithm>
#include <functional>
#include <queue>
#include <vector>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr qsizetype mostAfter = 10'000; // words of one task; the daemon's limit
constexpr qint64 mostAfterInAll = 5'000'000; // `*` in every task is no plan

class AfterSettler
{
public:
    AfterSettler(WorkList &work, Problems &problems) : m_work(work), m_problems(problems)
    {
        for (int i = 0; i < work.tasks.size(); ++i) {
            const TaskSpec &task = work.tasks.at(i);
            if (!task.name.isEmpty())
                m_named[task.name].append(i);
            if (!task.step.isEmpty() && task.step != task.name)
                m_named[task.step].append(i);
        }
    }

    void settle()
    {
        for (int i = 0; i < m_work.tasks.size(); ++i) {
            const QStringList written = std::exchange(m_work.tasks[i].after, {});
            for (const QString &word : written)
                settle(i, word);
            m_work.tasks[i].after.removeDuplicates();
            const qsizetype count = m_work.tasks.at(i).after.size();
            m_total += count;
            if (count > mostAfter || m_total > mostAfterInAll)
                return report(i, WorkText::tr("waits for too many others"),
                              WorkText::tr("give those a step, and wait for the step"));
        }
        putInOrder();
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
            if (!isOwn(task, it.key()) && fits.match(it.key()).hasMatch())
                found.append(it.key());
        }
        if (found.isEmpty())
            report(task, WorkText::tr("no task of this submission fits %1").arg(pattern.left(80)),
                   {});
        found.sort(); // the same submission twice is the same bytes twice
        m_work.tasks[task].after.append(found);
    }

    bool isOwn(int task, const QString &word) const
    {
        const TaskSpec &spec = m_work.tasks.at(task);
        return word == spec.name || word == spec.step;
    }

    // Takes away what waits for nothing, the first first, again and again; what stays turns in a
    // circle.
    void putInOrder()
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
        std::priority_queue<int, std::vector<int>, std::greater<>> free;
        for (int i = 0; i < waits.size(); ++i) {
            if (waits.at(i) == 0)
                free.push(i);
        }
        QList<int> order;
        while (!free.empty()) {
            order.append(free.top());
            free.pop();
            for (const int next : std::as_const(frees[order.last()])) {
                if (--waits[next] == 0)
                    free.push(next);
            }
        }
        if (order.size() < waits.size())
            reportCircle(waits);
        else if (!std::ranges::is_sorted(order))
            reorder(order);
    }

    void reorder(const QList<int> &order)
    {
        const QList<TaskSpec> tasks = std::exchange(m_work.tasks, {});
        const QList<WorkOrigin> origins = std::exchange(m_work.origins, {});
        for (const int i : order) {
            m_work.tasks.append(tasks.at(i));
            m_work.origins.append(origins.at(i));
        }
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
            names.append(shown(each));
        names.append(names.first());
        constexpr qsizetype shown = 8;
        if (names.size() > shown)
            names = names.first(shown) << u"…"_s;
        report(at,
               WorkText::tr("tasks wait for each other in a circle: %1").arg(names.join(u" → "_s)),
               WorkText::tr("take one of them out of after"));
    }

    QString shown(int task) const
    {
        const TaskSpec &spec = m_work.tasks.at(task);
        return spec.name.isEmpty() ? spec.step : spec.name;
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
