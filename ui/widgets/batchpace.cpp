#include "ui/widgets/batchpace.h"

#include "backend/protocol/taskrequests.h"

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr qsizetype fewest = 5;
constexpr int sample = 101; // of those that ended last

QString quoted(const QString &word)
{
    return u'"' + QString(word).replace(u'"', u"\"\""_s) + u'"';
}

} // namespace

BatchPace::BatchPace(Connection &connection, QObject *parent) : QObject(parent), m_connection(connection) { }

std::optional<std::chrono::microseconds> BatchPace::usual(const Task &task)
{
    const Key key {task.batch, task.step};
    Pace &pace = m_paces[key];
    if (!pace.asked && (pace.at == std::chrono::steady_clock::time_point() || std::chrono::steady_clock::now() - pace.at > 1min))
        ask(key);
    const Pace &now = m_paces[key];
    return now.known ? std::optional(now.median) : std::nullopt;
}

bool BatchPace::isSlow(const Task &task, Instant now)
{
    if (task.state != TaskState::Running || !isSet(task.started) || now - task.started < 30s)
        return false;
    const auto median = usual(task);
    return median && now - task.started > 3 * *median;
}

bool BatchPace::isSilent(const Task &task, std::chrono::microseconds silence)
{
    if (task.state != TaskState::Running || silence < 5min)
        return false;
    const auto median = usual(task);
    return median ? silence > *median : silence > 10min;
}

void BatchPace::ask(const Key &key)
{
    if (!m_connection.isReady())
        return;
    m_paces[key].asked = true;
    const QString where
        = u"state = succeeded and batch = %1 and step = %2"_s.arg(key.first.value).arg(quoted(key.second));
    m_connection.send(ListTasks {.where = where, .order = u"-ended"_s, .limit = sample}, this,
                      [this, key](const Result<TaskPage> &page) {
                          Pace &pace = m_paces[key];
                          pace.asked = false;
                          pace.at = std::chrono::steady_clock::now();
                          if (!page)
                              return;
                          QList<std::chrono::microseconds> lengths;
                          for (const Task &task : page->tasks)
                              lengths.append(task.ended - task.started);
                          if (lengths.size() < fewest)
                              return;
                          std::ranges::nth_element(lengths, lengths.begin() + lengths.size() / 2);
                          pace.median = lengths[lengths.size() / 2];
                          pace.known = true;
                          emit changed();
                      });
}

} // namespace Drover
