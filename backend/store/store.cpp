#include "backend/store/store.h"

#include "backend/base/logging.h"
#include "backend/store/directorylock.h"
#include "backend/store/querypool.h"
#include "backend/store/writer.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QPointer>
#include <QtCore/QThread>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Drover {

struct Store::Private
{
    explicit Private(StoreSettings given)
        : settings(std::move(given)), writer(settings), queries(settings)
    {
    }

    enum class Health {
        Closed, // not loaded yet, or failed since: nothing is written
        Good,
    };

    StoreSettings settings;
    DirectoryLock lock;
    Writer writer;
    QueryPool queries;
    QThread writerThread;
    Stage stage;
    std::vector<std::function<void(Stage &)>> flushes;
    SteadyInstant stageBegan;
    qint64 committedRevision = 0;
    Health health = Health::Closed;
    bool isScheduled = false; // a call of handOver() is in the event queue
    bool isWriting = false;
    Error lastError = fail(ErrorCode::StorageUnavailable, u"the store was not loaded yet"_s);

    static void complete(Stage &done, const Result<void> &result)
    {
        const std::vector<Stage::Completion> completions = std::move(done.completions);
        for (const Stage::Completion &completion : completions)
            completion(result);
    }

    // Takes what is staged, and leaves an empty stage in its place.
    std::shared_ptr<Stage> takeStage()
    {
        return std::make_shared<Stage>(std::exchange(stage, Stage()));
    }
};

QString databaseFile(const StoreSettings &settings)
{
    return settings.dataDirectory + u"/drover.db"_s;
}

Store::Store(StoreSettings settings, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(std::move(settings)))
{
    qRegisterMetaType<std::shared_ptr<Stage>>();
    qRegisterMetaType<Error>();
    d->writerThread.setObjectName(u"writer"_s);
    d->writer.moveToThread(&d->writerThread);
    connect(&d->writer, &Writer::lost, this, [this](const Error &error) {
        if (d->health == Private::Health::Good)
            onFailed(*d->takeStage(), error);
    });
}

Store::~Store()
{
    d->queries.stop();
    if (!d->writerThread.isRunning())
        return;
    // The connection closes in the thread that opened it.
    QMetaObject::invokeMethod(&d->writer, [this] { d->writer.close(); },
                              Qt::BlockingQueuedConnection);
    d->writerThread.quit();
    d->writerThread.wait();
}

Result<void> Store::open()
{
    // PostgreSQL has a lock of its own, and a data directory that several daemons share.
    if (d->settings.postgres.isEmpty()) {
        if (const Result<void> locked = d->lock.take(d->settings.dataDirectory); !locked)
            return locked.error();
    }
    d->writerThread.start();
    Result<void> opened;
    QMetaObject::invokeMethod(&d->writer, [this, &opened] { opened = d->writer.open(); },
                              Qt::BlockingQueuedConnection);
    if (opened)
        d->queries.start();
    return opened;
}

Result<Snapshot> Store::load()
{
    if (d->isWriting) // it may sit in a connection that does not answer; its end comes by itself
        return Drover::fail(ErrorCode::StorageUnavailable, u"the last commit has not ended yet"_s);
    // Memory is read anew: what it staged before is of no use any more.
    Private::complete(*d->takeStage(), d->lastError);
    Result<Snapshot> snapshot = Drover::fail(ErrorCode::StorageUnavailable, {});
    QMetaObject::invokeMethod(&d->writer, [this, &snapshot] { snapshot = d->writer.load(); },
                              Qt::BlockingQueuedConnection);
    if (snapshot) {
        d->health = Private::Health::Good;
        d->committedRevision = snapshot->revision;
    } else {
        d->lastError = snapshot.error();
    }
    return snapshot;
}

Stage &Store::stage()
{
    if (!d->isScheduled) {
        d->isScheduled = true;
        d->stageBegan = std::chrono::floor<std::chrono::microseconds>(std::chrono::steady_clock::now());
        QMetaObject::invokeMethod(this, &Store::handOver, Qt::QueuedConnection);
    }
    return d->stage;
}

void Store::beforeHandOver(std::function<void(Stage &)> flush)
{
    d->flushes.push_back(std::move(flush));
}

qint64 Store::committedRevision() const
{
    return d->committedRevision;
}

std::chrono::milliseconds Store::stageAge() const
{
    using namespace std::chrono;
    if (d->stage.isEmpty())
        return milliseconds(0);
    return duration_cast<milliseconds>(steady_clock::now() - d->stageBegan);
}

Result<void> Store::flush()
{
    while (d->isScheduled || d->isWriting) {
        handOver();
        // When this has been through the writer, so has all that was handed over before, and
        // its result lies in our event queue.
        QMetaObject::invokeMethod(&d->writer, [] { }, Qt::BlockingQueuedConnection);
        QCoreApplication::sendPostedEvents(this, QEvent::MetaCall);
    }
    return d->health == Private::Health::Good ? Result<void>() : d->lastError;
}

void Store::handOver()
{
    if (d->isWriting || !d->isScheduled)
        return; // while it writes, onWritten() calls again
    for (const std::function<void(Stage &)> &flush : d->flushes)
        flush(d->stage);
    d->isScheduled = false;
    if (d->stage.isEmpty())
        return;
    const std::shared_ptr<Stage> stage = d->takeStage();
    if (d->health != Private::Health::Good) {
        Private::complete(*stage, d->lastError);
        return;
    }
    d->isWriting = true;
    QMetaObject::invokeMethod(&d->writer, [this, stage] {
        const Result<void> result = d->writer.write(*stage);
        QMetaObject::invokeMethod(this, [this, stage, result] { onWritten(stage, result); },
                                  Qt::QueuedConnection);
    });
}

void Store::onWritten(const std::shared_ptr<Stage> &stage, const Result<void> &result)
{
    d->isWriting = false;
    if (result) {
        d->committedRevision = std::max(d->committedRevision, stage->highestRevision());
        emit committed(stage);
        Private::complete(*stage, result);
    } else {
        onFailed(*stage, result.error());
    }
    handOver();
}

void Store::onFailed(Stage &stage, const Error &error)
{
    logError(LogCategory::Store, u"a commit failed", {{"why"_L1, error.message}});
    // Everything is checked in memory before it is staged, so a refused row means that memory and
    // database disagree, and nothing that follows can be trusted.
    if (error.code == ErrorCode::Internal)
        qFatal("the database refused rows: %s", qPrintable(error.message));
    d->health = Private::Health::Closed;
    d->lastError = error;
    Private::complete(stage, error);
    Private::complete(*d->takeStage(), error);
    emit failed(error);
}

void Store::runQuestion(QObject *context, std::function<void(Database &)> question,
                        std::function<void()> answer)
{
    d->queries.run(std::move(question),
                   [this, context = QPointer<QObject>(context), answer = std::move(answer)] {
                       const auto deliver = [context, answer] {
                           if (context)
                               answer();
                       };
                       QMetaObject::invokeMethod(this, deliver, Qt::QueuedConnection);
                   });
}

} // namespace Drover
