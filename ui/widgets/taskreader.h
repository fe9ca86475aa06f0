#pragma once

#include "app/client/connection.h"
#include "app/mirror/selection.h"

namespace Drover {

/// Reads the tasks of a selection, all of them, in pages: for copying and export. Newest first, by id,
/// so that each page costs the daemon the same however many went before.
/// Deletes itself when it has ended. GUI thread.
class TaskReader : public QObject
{
    Q_OBJECT

public:
    TaskReader(Connection &connection, const Selection &selection, QObject *parent);

    /// Pages come as `read`; then `finished` once. At most `most` tasks, 0: all.
    void start(qint64 most = 0);
    void cancel();
    /// Holds back until `goOn`: who writes slower than it reads is not buried.
    void pause() { m_paused = true; }
    void goOn();

signals:
    void read(const QList<Drover::Task> &tasks);
    void finished(const Drover::Error *error); ///< null: all were read

private:
    void ask();
    void onPage(const Result<TaskPage> &page);
    QString nextWhere();
    void end(const Error *error);

    Connection &m_connection;
    QString m_where; // of a query
    bool m_ofQuery;
    QSet<TaskId> m_minus;
    QList<TaskId> m_ids; // of a selection by id, highest first
    qsizetype m_asked = 0; // of m_ids
    TaskId m_last; // of a query: those below come next
    qint64 m_most = 0;
    qint64 m_count = 0;
    bool m_paused = false;
    bool m_under = false; // a page is under way
    bool m_ended = false;
};

} // namespace Drover
