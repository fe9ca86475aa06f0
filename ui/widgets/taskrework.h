#pragma once

#include "app/client/connection.h"

#include <functional>

namespace Drover {

/// Gives tasks another spec: those that have not ended are edited; those that have are queued again
/// with it, held for as long as that takes, so that nothing starts with the old one. All or none.
/// Deletes itself when it has ended. GUI thread.
class TaskRework : public QObject
{
    Q_OBJECT

public:
    using Change = std::function<Result<TaskSpec>(const TaskSpec &)>;
    static constexpr qsizetype most = 2000;

    TaskRework(Connection &connection, QList<TaskId> ids, Change change, QObject *parent);
    void start();

signals:
    void finished(qint64 changed, qint64 retried);
    void failed(const Drover::Error &error);

private:
    void askNext();
    void onDetail(const Result<TaskDetail> &detail);
    void retryHeld();
    void readNumbers();
    void edit();
    void release();
    void fail(const Error &error);

    Connection &m_connection;
    QList<TaskId> m_ids;
    Change m_change;
    qsizetype m_asked = 0;
    qsizetype m_came = 0;
    QList<TaskEdit> m_edits;
    QList<TaskId> m_ended; // of those that are edited: to be queued again
    bool m_failed = false;
};

} // namespace Drover
