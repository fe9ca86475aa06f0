#pragma once

#include "app/client/connection.h"
#include "backend/protocol/task.h"

#include <QtCore/QHash>
#include <QtCore/QObject>

namespace Drover {

/// How long tasks of a batch and step take when they succeed, so that those that are slow or silent
/// can be told from their own kind. Asked of the daemon for what is looked at, and again each minute.
/// GUI thread.
class BatchPace : public QObject
{
    Q_OBJECT

public:
    explicit BatchPace(Connection &connection, QObject *parent = nullptr);

    /// The median; nothing before it is known, or of fewer than 5. Asks where it must.
    std::optional<std::chrono::microseconds> usual(const Task &task);
    /// Runs three times as long as is usual, and half a minute at least.
    bool isSlow(const Task &task, Instant now);
    /// Has written nothing for as long as a whole run takes, and five minutes at least.
    bool isSilent(const Task &task, std::chrono::microseconds silence);

signals:
    void changed();

private:
    using Key = std::pair<BatchId, QString>;
    struct Pace
    {
        std::chrono::microseconds median {0};
        bool known = false;
        bool asked = false;
        std::chrono::steady_clock::time_point at;
    };

    void ask(const Key &key);

    Connection &m_connection;
    QHash<Key, Pace> m_paces;
};

} // namespace Drover
