#include "ui/widgets/taskrework.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr qsizetype atOnce = 16;

} // namespace

TaskRework::TaskRework(Connection &connection, QList<TaskId> ids, Change change, QObject *parent)
    : QObject(parent), m_connection(connection), m_ids(std::move(ids)), m_change(std::move(change))
{
}

void TaskRework::start()
{
    if (m_ids.size() > most) {
        fail(Drover::fail(ErrorCode::TooLarge, tr("at most %1 tasks are edited at once; choose fewer").arg(most)));
        return;
    }
    while (m_asked < std::min(atOnce, m_ids.size()))
        askNext();
}

void TaskRework::askNext()
{
    if (m_asked >= m_ids.size())
        return;
    m_connection.send(GetTask {.id = m_ids[m_asked++]}, this,
                      [this](const Result<TaskDetail> &detail) { onDetail(detail); });
}

void TaskRework::onDetail(const Result<TaskDetail> &detail)
{
    if (m_failed)
        return;
    if (!detail) {
        fail(detail.error());
        return;
    }
    const Result<TaskSpec> changed = m_change(detail->spec);
    if (!changed) {
        fail(changed.error());
        return;
    }
    const bool ended = isFinished(detail->task.state);
    if (*changed != detail->spec)
        m_edits.append({.id = detail->task.id, .specNumber = detail->task.specNumber, .spec = *changed});
    if (ended)
        m_ended.append(detail->task.id);
    if (++m_came < m_ids.size()) {
        askNext();
        return;
    }
    if (m_ended.isEmpty())
        edit();
    else
        retryHeld();
}

void TaskRework::retryHeld()
{
    m_connection.send(RetryTasks {.tasks = {.ids = m_ended}, .held = true}, this, [this](const Result<Touched> &touched) {
        if (touched)
            readNumbers();
        else
            fail(touched.error());
    });
}

// Queueing again raises the spec number of most.
void TaskRework::readNumbers()
{
    m_came = 0;
    for (const TaskId id : std::as_const(m_ended)) {
        m_connection.send(GetTask {.id = id}, this, [this](const Result<TaskDetail> &detail) {
            if (!detail) {
                fail(detail.error());
                return;
            }
            const auto edit = std::ranges::find(m_edits, detail->task.id, &TaskEdit::id);
            if (edit != m_edits.end())
                edit->specNumber = detail->task.specNumber;
            if (++m_came == m_ended.size())
                this->edit();
        });
    }
}

void TaskRework::edit()
{
    if (m_edits.isEmpty()) {
        release();
        return;
    }
    m_connection.send(EditTasks {.edits = m_edits}, this, [this](const Result<Touched> &touched) {
        if (touched) {
            release();
            return;
        }
        Error error = touched.error();
        if (!m_ended.isEmpty())
            error.message += u' ' + tr("(they are queued again, and held: edit or release them)");
        fail(error);
    });
}

void TaskRework::release()
{
    const auto end = [this] {
        emit finished(m_edits.size(), m_ended.size());
        deleteLater();
    };
    if (m_ended.isEmpty()) {
        end();
        return;
    }
    m_connection.send(HoldTasks {.tasks = {.ids = m_ended}, .held = false}, this,
                      [this, end](const Result<Touched> &touched) {
                          if (touched)
                              end();
                          else
                              fail(touched.error());
                      });
}

void TaskRework::fail(const Error &error)
{
    if (std::exchange(m_failed, true))
        return;
    emit failed(error);
    deleteLater();
}

} // namespace Drover
