#include "ui/tasks/tasksource.h"

using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr qsizetype mostSamples = 900; // half an hour

} // namespace

TaskSource::TaskSource(Mirror &mirror, QObject *parent) : QObject(parent), m_mirror(mirror)
{
    m_timer.setInterval(2s);
    connect(&m_timer, &QTimer::timeout, this, &TaskSource::askNow);
    connect(&mirror, &Mirror::sessionChanged, this, &TaskSource::askNow);
}

void TaskSource::setTask(TaskId id)
{
    if (id == m_id)
        return;
    m_id = id;
    m_asking = false;
    m_detail.reset();
    m_explanation.reset();
    m_gauge.reset();
    m_error.reset();
    m_memory.clear();
    emit changed();
    askNow();
}

void TaskSource::setWatched(bool watched)
{
    m_watched = watched;
    if (watched) {
        m_timer.start();
        askNow();
    } else {
        m_timer.stop();
    }
}

void TaskSource::askNow()
{
    Connection &connection = m_mirror.connection();
    if (!m_id || !m_watched || m_asking || !connection.isReady())
        return;
    m_asking = true;
    connection.send(GetTask {.id = m_id}, this,
                    [this, id = m_id](const Result<TaskDetail> &detail) { onDetail(id, detail); });
}

void TaskSource::onDetail(TaskId id, const Result<TaskDetail> &detail)
{
    if (id != m_id)
        return;
    m_asking = false;
    if (!detail) {
        const bool gone = detail.error().code == ErrorCode::NotFound || detail.error().code == ErrorCode::NotPermitted;
        if (gone || !m_detail) {
            m_error = detail.error();
            emit changed();
        }
        return;
    }
    m_error.reset();
    m_detail = *detail;
    if (isStarted(detail->task.state)) {
        m_mirror.connection().send(GetGauges {.ids = {id}}, this,
                                   [this, id](const Result<TaskGauges> &gauges) { onGauges(id, gauges); });
    } else {
        m_gauge.reset();
    }
    if (isFinished(detail->task.state) || detail->task.state == TaskState::Running)
        m_explanation.reset();
    else
        explain();
    emit changed();
}

void TaskSource::onGauges(TaskId id, const Result<TaskGauges> &gauges)
{
    if (id != m_id || !gauges || gauges->gauges.isEmpty())
        return;
    m_gauge = gauges->gauges.first();
    if (m_gauge->memory > 0) {
        m_memory.append({m_mirror.daemonNow(), double(m_gauge->memory)});
        if (m_memory.size() > mostSamples)
            m_memory.removeFirst();
    }
    emit changed();
}

void TaskSource::explain()
{
    m_mirror.connection().send(ExplainTask {.id = m_id}, this, [this, id = m_id](const Result<Explanation> &explanation) {
        if (id != m_id || !explanation)
            return;
        m_explanation = *explanation;
        emit changed();
    });
}

} // namespace Drover
