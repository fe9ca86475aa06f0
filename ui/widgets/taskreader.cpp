#include "ui/widgets/taskreader.h"

#include "ui/widgets/statefilter.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr int pageSize = 1000;

} // namespace

TaskReader::TaskReader(Connection &connection, const Selection &selection, QObject *parent)
    : QObject(parent), m_connection(connection), m_where(selection.where()), m_ofQuery(selection.isOfQuery())
{
    if (m_ofQuery) {
        m_minus = selection.ids();
        return;
    }
    m_ids = selection.ids().values();
    std::ranges::sort(m_ids, std::greater());
}

void TaskReader::start(qint64 most)
{
    m_most = most;
    ask();
}

void TaskReader::cancel()
{
    const Error error = fail(ErrorCode::Interrupted, u"it was cancelled"_s);
    end(&error);
}

void TaskReader::goOn()
{
    if (std::exchange(m_paused, false))
        ask();
}

QString TaskReader::nextWhere()
{
    if (m_ofQuery)
        return both(m_where, m_last ? u"id < %1"_s.arg(m_last.value) : QString());
    QStringList ids;
    for (; m_asked < m_ids.size() && ids.size() < 400; ++m_asked) // the grammar takes 500 comparisons
        ids.append(QString::number(m_ids[m_asked].value));
    return u"id in (%1)"_s.arg(ids.join(u", "));
}

void TaskReader::ask()
{
    if (m_ended || m_paused || m_under)
        return;
    if (!m_ofQuery && m_asked >= m_ids.size()) {
        end(nullptr);
        return;
    }
    m_under = true;
    m_connection.send(ListTasks {.where = nextWhere(), .order = u"-id"_s, .limit = pageSize}, this,
                      [this](const Result<TaskPage> &page) { onPage(page); });
}

void TaskReader::onPage(const Result<TaskPage> &page)
{
    m_under = false;
    if (m_ended)
        return;
    if (!page) {
        end(&page.error());
        return;
    }
    QList<Task> tasks = page->tasks;
    if (!tasks.isEmpty())
        m_last = tasks.last().id;
    tasks.removeIf([this](const Task &task) { return m_minus.contains(task.id); });
    if (m_most > 0)
        tasks = tasks.first(std::min<qsizetype>(tasks.size(), m_most - m_count));
    m_count += tasks.size();
    emit read(tasks);
    const bool over = m_ofQuery ? !page->more : m_asked >= m_ids.size();
    if (over || (m_most > 0 && m_count >= m_most))
        end(nullptr);
    else
        ask();
}

void TaskReader::end(const Error *error)
{
    if (std::exchange(m_ended, true))
        return;
    emit finished(error);
    deleteLater();
}

} // namespace Drover
