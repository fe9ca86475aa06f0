#include "backend/store/querypool.h"

#include "backend/base/logging.h"
#include "backend/store/database.h"

using namespace Qt::StringLiterals;

namespace Drover {

QueryPool::QueryPool(StoreSettings settings) : m_settings(std::move(settings)) { }

QueryPool::~QueryPool()
{
    stop();
}

void QueryPool::stop()
{
    {
        const QMutexLocker lock(&m_mutex);
        m_stopping = true;
        m_changed.wakeAll();
    }
    for (const std::unique_ptr<QThread> &thread : m_threads)
        thread->wait();
    m_threads.clear();
}

void QueryPool::start()
{
    for (int i = 0; i < m_settings.readers; ++i) {
        m_threads.emplace_back(QThread::create([this] { work(); }));
        m_threads.back()->setObjectName(u"query-%1"_s.arg(i));
        m_threads.back()->start();
    }
}

void QueryPool::run(Question question, std::function<void()> done)
{
    const QMutexLocker lock(&m_mutex);
    m_waiting.push_back({std::move(question), std::move(done)});
    m_changed.wakeOne();
}

std::optional<QueryPool::Waiting> QueryPool::next()
{
    const QMutexLocker lock(&m_mutex);
    while (m_waiting.empty() && !m_stopping)
        m_changed.wait(&m_mutex);
    if (m_stopping)
        return std::nullopt;
    Waiting first = std::move(m_waiting.front());
    m_waiting.pop_front();
    return first;
}

void QueryPool::work()
{
    std::unique_ptr<Database> connection; // made, used and closed in this thread
    while (const std::optional<Waiting> waiting = next()) {
        answer(connection, waiting->question);
        waiting->done();
    }
}

void QueryPool::answer(std::unique_ptr<Database> &connection, const Question &question) const
{
    if (!connection || connection->isLost()) {
        connection.reset();
        Result<std::unique_ptr<Database>> connected
            = Database::connect(m_settings, DatabaseAccess::Read);
        if (!connected) {
            logWarning(LogCategory::Store, u"no connection to read on",
                       {{"why"_L1, connected.error().message}});
            return;
        }
        connection = std::move(*connected);
    }
    if (const Result<void> begun = connection->begin(); !begun) {
        logWarning(LogCategory::Store, u"no reading", {{"why"_L1, begun.error().message}});
        return;
    }
    question(*connection);
    connection->rollback();
}

} // namespace Drover
