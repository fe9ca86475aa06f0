#pragma once

#include "app/mirror/selection.h"
#include "backend/base/result.h"
#include "backend/protocol/task.h"

#include <QtCore/QObject>
#include <QtCore/QPointer>
#include <QtCore/QThreadPool>

#include <memory>

namespace Drover {

class Connection;
class TaskReader;

enum class ExportFormat { Csv, Json };

/// Writes the tasks of a selection to a file, however many, without holding them: read in pages,
/// put into words and written in a thread of its own. The file is there when all is, never half.
/// Deletes itself when it has ended. GUI thread.
class TaskExport : public QObject
{
    Q_OBJECT

public:
    TaskExport(Connection &connection, const Selection &selection, const QString &file, ExportFormat format,
               QObject *parent);
    ~TaskExport() override;

    void start();
    void cancel();

signals:
    void progressed(qint64 written, qint64 all);
    void finished(qint64 written);
    void failed(const Drover::Error &error);

private:
    class Writer;

    void onRead(const QList<Task> &tasks);
    void onWritten(qint64 count, const QString &problem);
    void onReadAll(const Error *error);
    void end(const Error *error);

    QString m_file;
    qint64 m_all;
    QPointer<TaskReader> m_reader; // deletes itself
    std::shared_ptr<Writer> m_writer; // used in the pool alone
    QThreadPool m_pool; // one thread: pages are written in their order
    qint64 m_written = 0;
    int m_pending = 0; // pages that are not written yet
    bool m_ended = false;
};

/// The header and the lines of CSV, RFC 4180: instants as ISO 8601, labels as k=v.
QByteArray csvHeader();
QByteArray csvLine(const Task &task);

} // namespace Drover
