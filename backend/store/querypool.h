#pragma once

#include "backend/store/store.h"

#include <QtCore/QMutex>
#include <QtCore/QThread>
#include <QtCore/QWaitCondition>

#include <deque>

namespace Drover {

/// Threads with a read-only connection each. A question is answered in one read transaction, by
/// whichever thread is free, in the order they came. `run` from any thread.
class QueryPool
{
public:
    using Question = std::function<void(Database &)>;

    explicit QueryPool(StoreSettings settings);
    ~QueryPool();

    void start();
    /// Waits for the questions that are being answered; those still waiting are dropped.
    void stop();

    /// `done` is called in the pool's thread after the question, and also when there was no
    /// connection to ask it on.
    void run(Question question, std::function<void()> done);

private:
    struct Waiting
    {
        Question question;
        std::function<void()> done;
    };
    void work();
    std::optional<Waiting> next();
    void answer(std::unique_ptr<Database> &connection, const Question &question) const;

    StoreSettings m_settings;
    std::vector<std::unique_ptr<QThread>> m_threads;
    QMutex m_mutex; // guards m_waiting and m_stopping: the hand-over from the asking thread
    QWaitCondition m_changed;
    std::deque<Waiting> m_waiting;
    bool m_stopping = false;
};

} // namespace Drover
