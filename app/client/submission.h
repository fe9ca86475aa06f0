#pragma once

#include "app/client/client.h"
#include "backend/protocol/submissionrequests.h"

namespace Drover {

/// More than this goes as begin, add…, commit.
constexpr qsizetype mostTasksAtOnce = 2000;
constexpr qint64 mostBytesAtOnce = 4 * 1024 * 1024;

/// Submits tasks, however many: in one message, or in slices of which several are under way at
/// once. All of them or none, and once: after a lost answer everything is asked again under the
/// same key. Problems of the daemon come back with the index in the whole, `tasks[12345].after`.
/// Tasks come after those they wait for (`settleAfter`). Lives in the client's thread.
class Submission : public QObject
{
    Q_OBJECT

public:
    using Handler = std::function<void(const Result<Submitted> &)>;

    /// `request.key` is made when it is empty. Nothing happens before `start`.
    Submission(Client &client, Submit request, QObject *parent = nullptr);

    /// The handler is called once. `dryRun` queues nothing.
    void start(Handler handler);

    const QString &key() const { return m_request.key; }

signals:
    /// Tasks that the daemon has taken so far, of all; only where they go in slices.
    void progressed(qint64 taken, qint64 all);

private:
    void slice();
    bool isLarge() const { return m_starts.size() > 1; }
    void begin();
    void onBegun(const Result<SubmissionOpened> &opened);
    void addNext();
    void onAdded(int round, qsizetype slice, const Result<Done> &done);
    void onCommitted(const Result<Submitted> &submitted);
    void checkNext(qsizetype slice);
    void restart(const Error &error);
    void finish(const Result<Submitted> &result);
    QList<TaskSpec> tasksOf(qsizetype slice) const;
    Error placed(Error error, qsizetype slice) const;

    Client &m_client;
    Submit m_request;
    Handler m_handler;
    QList<qsizetype> m_starts; // index of the first task of each slice
    int m_window = 4;
    int m_round = 0; // answers to slices of an earlier round are not ours any more
    qint64 m_submission = 0;
    qsizetype m_next = 0; // slice to send
    int m_underWay = 0;
    qint64 m_taken = 0;
};

} // namespace Drover
