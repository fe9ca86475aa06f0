#pragma once

#include "backend/store/stage.h"

#include <QtCore/QObject>

#include <memory>

namespace Drover {

class Database;

/// Where the rows lie, and how. SQLite in the data directory unless PostgreSQL is named.
struct StoreSettings
{
    QString dataDirectory;
    QString postgres; ///< libpq connection string; empty: SQLite at <dataDirectory>/drover.db
    int readers = 2; ///< threads of the query pool
};

/// The file of the SQLite database.
QString databaseFile(const StoreSettings &settings);

/// The durable memory of the daemon: one writer thread, read-only connections beside it.
///
/// The state thread puts rows on `stage()`. As soon as the writer is free the whole stage is handed
/// over and becomes one transaction; `committed` and the stage's completions come back to the state
/// thread, in order. There is no timer: a lone command is durable after one fsync, a thousand
/// commands that came meanwhile share the next one. When a commit fails, its completions and all
/// staged since get `StorageUnavailable`, `failed` is emitted, and nothing is written until
/// `load()` has read everything again. Lives in the state thread.
class Store : public QObject
{
    Q_OBJECT

public:
    explicit Store(StoreSettings settings, QObject *parent = nullptr);
    ~Store() override;

    /// Opens or creates the database, migrates it, takes the lock on the data directory or, with
    /// PostgreSQL, the lead. Blocks; once, before the state thread's event loop, and again after
    /// Conflict, which says that another daemon has it. A newer schema is refused by name.
    Result<void> open();

    /// Everything the daemon keeps in memory. Blocks; at start and after a failure only. Conflict:
    /// another daemon has taken over meanwhile.
    Result<Snapshot> load();

    /// The stage of this turn. Putting anything on it arranges for its hand-over.
    Stage &stage();

    /// `flush` is called in the state thread just before each hand-over, so that a room can put
    /// what it collected over many commands as one row. In the order they were given.
    void beforeHandOver(std::function<void(Stage &)> flush);

    /// How long the oldest staged row has waited, for the answer `busy`.
    std::chrono::milliseconds stageAge() const;

    /// Runs `question` on a connection of the query pool and hands its answer to `answer` in
    /// the state thread, unless `context` has died. Questions are functions of queries.h.
    template<typename T>
    void ask(QObject *context, std::function<Result<T>(Database &)> question,
             std::function<void(Result<T>)> answer)
    {
        auto result = std::make_shared<Result<T>>(
            fail(ErrorCode::StorageUnavailable, QStringLiteral("the database does not answer")));
        runQuestion(context, [question = std::move(question), result](Database &db) { *result = question(db); },
                    [answer = std::move(answer), result] { answer(std::move(*result)); });
    }

    /// The highest revision of what is durable: what others may be told.
    qint64 committedRevision() const;

    /// Hands over what is staged and waits until it is durable: at shutdown and in tests.
    Result<void> flush();

signals:
    /// The rows of these stages are durable.
    void committed(const std::shared_ptr<Drover::Stage> &stage);
    /// The database does not answer; memory is ahead of it and must be read again.
    void failed(const Drover::Error &error);

private:
    struct Private;
    void runQuestion(QObject *context, std::function<void(Database &)> question,
                     std::function<void()> answer);
    void handOver();
    void onWritten(const std::shared_ptr<Stage> &stage, const Result<void> &result);
    void onFailed(Stage &stage, const Error &error);

    std::unique_ptr<Private> d;
};

} // namespace Drover
