#include "ui/log/logreadout.h"

#include "backend/base/size.h"
#include "ui/log/logline.h"
#include "ui/log/logtext.h"

#include <QtCore/QSaveFile>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr int pieceSize = 1024 * 1024;

} // namespace

/// The file that is written; in the pool's thread alone, but for its making and its end.
class LogReadout::File
{
public:
    explicit File(const QString &path) : m_file(path) { }

    Result<void> write(const QByteArray &data)
    {
        if (!m_file.isOpen() && !m_file.open(QIODevice::WriteOnly))
            return problem();
        return m_file.write(data) == data.size() ? Result<void>() : problem();
    }
    Result<void> close()
    {
        if (!m_file.isOpen() && !m_file.open(QIODevice::WriteOnly))
            return problem();
        return m_file.commit() ? Result<void>() : problem();
    }

private:
    Error problem() const
    {
        return fail(ErrorCode::Io, LogText::tr("%1 cannot be written: %2").arg(m_file.fileName(), m_file.errorString()));
    }

    QSaveFile m_file;
};

LogReadout::LogReadout(LogSource &source, QObject *parent) : QObject(parent), m_source(source)
{
    m_pool.setMaxThreadCount(1);
}

LogReadout::~LogReadout() = default;

void LogReadout::text(qint64 begin, qint64 end, TextHandler handler)
{
    if (end - begin > mostText) {
        QMetaObject::invokeMethod(
            this,
            [handler, size = end - begin] {
                handler(fail(ErrorCode::TooLarge, LogText::tr("%1 are too much for the clipboard; save the log, or select up to %2")
                                                      .arg(printedSize(size), printedSize(mostText))));
            },
            Qt::QueuedConnection);
        return;
    }
    auto bytes = std::make_shared<QByteArray>();
    read(begin, end,
         [bytes](const QByteArray &data) {
             bytes->append(data);
             return true;
         },
         [bytes, handler](const Result<Done> &done) {
             if (!done) {
                 handler(done.error());
                 return;
             }
             QStringList lines;
             for (const QByteArray &line : bytes->split('\n'))
                 lines.append(LogLine(line).text());
             handler(lines.join(u'\n'));
         });
}

void LogReadout::read(qint64 offset, qint64 end, std::function<bool(const QByteArray &)> take,
                      std::function<void(const Result<Done> &)> done)
{
    if (offset >= end) {
        done(Done{});
        return;
    }
    m_source.send(ReadOutput{.offset = offset, .limit = int(std::min<qint64>(pieceSize, end - offset))}, this,
                  [=, this](const Result<OutputPiece> &piece) {
                      if (!piece)
                          return done(piece.error());
                      const QByteArray data = piece->data.left(std::max<qint64>(0, end - piece->offset));
                      if (data.isEmpty() || !take(data))
                          return done(Done{});
                      read(piece->offset + data.size(), end, take, done);
                  });
}

void LogReadout::save(qint64 begin, qint64 end, const QString &path, DoneHandler handler)
{
    saveNext(begin, end, 0, std::make_shared<File>(path), handler);
}

void LogReadout::saveNext(qint64 offset, qint64 end, qint64 written, const std::shared_ptr<File> &file, const DoneHandler &handler)
{
    const auto inPool = [this, file](std::function<Result<void>(File &)> work, std::function<void(const Result<void> &)> then) {
        m_pool.start([this, file, work = std::move(work), then = std::move(then)] {
            const Result<void> result = work(*file);
            QMetaObject::invokeMethod(this, [then, result] { then(result); });
        });
    };
    const auto finish = [=] {
        inPool([](File &each) { return each.close(); },
               [handler, written](const Result<void> &closed) { handler(closed ? Result<qint64>(written) : closed.error()); });
    };
    if (offset >= end) {
        finish();
        return;
    }
    m_source.send(ReadOutput{.offset = offset, .limit = int(std::min<qint64>(pieceSize, end - offset))}, this,
                  [=, this](const Result<OutputPiece> &piece) {
                      if (!piece)
                          return handler(piece.error());
                      const QByteArray data = piece->data.left(std::max<qint64>(0, end - piece->offset));
                      if (data.isEmpty())
                          return finish();
                      inPool([data](File &each) { return each.write(data); },
                             [=, this, next = piece->offset + data.size()](const Result<void> &done) {
                                 if (!done)
                                     return handler(done.error());
                                 emit progressed(written + data.size());
                                 saveNext(next, end, written + data.size(), file, handler);
                             });
                  });
}

} // namespace Drover
