#pragma once

#include "ui/log/logsource.h"

#include <QtCore/QObject>
#include <QtCore/QThreadPool>

namespace Drover {

/// Reads a stretch of a log from end to end, a piece at a time, for copying and saving. What it
/// writes to a file is written in a thread of its own; the window never waits. GUI thread.
class LogReadout : public QObject
{
    Q_OBJECT

public:
    /// `source` outlives it.
    explicit LogReadout(LogSource &source, QObject *parent = nullptr);
    ~LogReadout() override;

    using TextHandler = std::function<void(const Result<QString> &)>;
    using DoneHandler = std::function<void(const Result<qint64> &)>;

    static constexpr qint64 mostText = 16 * 1024 * 1024;

    /// As one reads it: without escape sequences. TooLarge over 16 MiB.
    void text(qint64 begin, qint64 end, TextHandler handler);
    /// As it was written, byte for byte; how many. What was in the file is replaced when all is there.
    void save(qint64 begin, qint64 end, const QString &path, DoneHandler handler);

signals:
    void progressed(qint64 bytes);

private:
    class File;
    void read(qint64 offset, qint64 end, std::function<bool(const QByteArray &)> take,
              std::function<void(const Result<Done> &)> done);
    void saveNext(qint64 offset, qint64 end, qint64 written, const std::shared_ptr<File> &file, const DoneHandler &handler);

    LogSource &m_source;
    QThreadPool m_pool; // one thread: pieces in order
};

} // namespace Drover
