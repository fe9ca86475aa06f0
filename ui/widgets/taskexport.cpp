#include "ui/widgets/taskexport.h"

#include "ui/widgets/taskreader.h"

#include <QtCore/QSaveFile>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr int mostPending = 8;

QString csvCell(QString text)
{
    if (!text.contains(u',') && !text.contains(u'"') && !text.contains(u'\n') && !text.contains(u'\r'))
        return text;
    return u'"' + text.replace(u'"', u"\"\""_s) + u'"';
}

QString labelText(const Labels &labels)
{
    QStringList pairs;
    for (auto it = labels.cbegin(); it != labels.cend(); ++it)
        pairs.append(it.key() + u'=' + it.value());
    return pairs.join(u' ');
}

} // namespace

QByteArray csvHeader()
{
    return "id,name,state,project,batch,step,worker,attempt,priority,owner,runAs,queued,started,ended,"
           "seconds,reason,exit,signal,held,labels,lastLine\r\n";
}

QByteArray csvLine(const Task &task)
{
    const QString seconds = isSet(task.started) && isSet(task.ended)
        ? QString::number(double((task.ended - task.started).count()) / 1e6, 'f', 3)
        : QString();
    const QStringList cells {QString::number(task.id.value),
                             task.name,
                             enumText(task.state),
                             task.project,
                             task.batchName,
                             task.step,
                             task.machineName,
                             QString::number(task.lastAttempt),
                             QString::number(task.priority),
                             task.owner,
                             task.runAs,
                             toIso(task.queued),
                             toIso(task.started),
                             toIso(task.ended),
                             seconds,
                             task.endReason == EndReason::None ? QString() : enumText(task.endReason),
                             task.exitCode ? QString::number(*task.exitCode) : QString(),
                             task.signal ? QString::number(task.signal) : QString(),
                             task.held ? u"yes"_s : u"no"_s,
                             labelText(task.labels),
                             task.lastLine};
    QStringList line;
    for (const QString &cell : cells)
        line.append(csvCell(cell));
    return line.join(u',').toUtf8() + "\r\n";
}

/// Lives where it is used: in the pool.
class TaskExport::Writer
{
public:
    Writer(const QString &file, ExportFormat format) : m_file(file), m_format(format) { }

    QString write(const QList<Task> &tasks)
    {
        if (!m_file.isOpen()) {
            if (!m_file.open(QIODevice::WriteOnly))
                return m_file.errorString();
            m_file.write(m_format == ExportFormat::Csv ? csvHeader() : QByteArray("[\n"));
        }
        QByteArray bytes;
        for (const Task &task : tasks) {
            if (m_format == ExportFormat::Csv) {
                bytes += csvLine(task);
            } else {
                bytes += (m_first ? "" : ",\n") + toJson(task);
                m_first = false;
            }
        }
        return m_file.write(bytes) == bytes.size() ? QString() : m_file.errorString();
    }

    QString finish()
    {
        if (QString problem = write({}); !problem.isEmpty())
            return problem;
        if (m_format == ExportFormat::Json)
            m_file.write("\n]\n");
        return m_file.commit() ? QString() : m_file.errorString();
    }

private:
    QSaveFile m_file;
    ExportFormat m_format;
    bool m_first = true;
};

TaskExport::TaskExport(Connection &connection, const Selection &selection, const QString &file, ExportFormat format,
                       QObject *parent)
    : QObject(parent), m_file(file), m_all(selection.count()), m_reader(new TaskReader(connection, selection, this)),
      m_writer(std::make_shared<Writer>(file, format))
{
    m_pool.setMaxThreadCount(1);
    connect(m_reader, &TaskReader::read, this, &TaskExport::onRead);
    connect(m_reader, &TaskReader::finished, this, &TaskExport::onReadAll);
}

TaskExport::~TaskExport()
{
    m_pool.waitForDone();
}

void TaskExport::start()
{
    m_reader->start();
}

void TaskExport::cancel()
{
    if (m_reader)
        m_reader->cancel();
}

void TaskExport::onRead(const QList<Task> &tasks)
{
    if (++m_pending >= mostPending)
        m_reader->pause();
    m_pool.start([this, writer = m_writer, tasks] {
        const QString problem = writer->write(tasks);
        QMetaObject::invokeMethod(this, [this, count = tasks.size(), problem] { onWritten(count, problem); });
    });
}

void TaskExport::onWritten(qint64 count, const QString &problem)
{
    --m_pending;
    if (m_ended)
        return;
    if (!problem.isEmpty()) {
        const Error error = fail(ErrorCode::Io, u"%1: %2"_s.arg(m_file, problem));
        end(&error);
        return;
    }
    m_written += count;
    emit progressed(m_written, std::max(m_all, m_written));
    if (m_reader)
        m_reader->goOn();
}

void TaskExport::onReadAll(const Error *error)
{
    if (error) {
        end(error);
        return;
    }
    m_pool.start([this, writer = m_writer] {
        const QString problem = writer->finish();
        QMetaObject::invokeMethod(this, [this, problem] {
            const Error failure = fail(ErrorCode::Io, u"%1: %2"_s.arg(m_file, problem));
            end(problem.isEmpty() ? nullptr : &failure);
        });
    });
}

void TaskExport::end(const Error *error)
{
    if (std::exchange(m_ended, true))
        return;
    if (error)
        emit failed(*error);
    else
        emit finished(m_written);
    deleteLater();
}

} // namespace Drover
