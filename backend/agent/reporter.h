#pragma once

#include "backend/agent/daemonlink.h"

#include <QtCore/QList>
#include <QtCore/QObject>

#include <deque>

namespace Drover {

/// Numbers what happened to attempts, sends it, and sends it again on every new connection until
/// the daemon says that it is committed. All reports of one turn of the event loop go in one
/// message. Lives in the main thread.
class Reporter : public QObject
{
    Q_OBJECT

public:
    explicit Reporter(DaemonLink &link, QObject *parent = nullptr);

    /// Numbers rise over restarts: `generation` counts those. Before the first add().
    void begin(qint64 generation);

    void add(Report report);

    /// A new connection, whose welcome has come: everything not acknowledged goes out again.
    void resume();
    void pause() { m_live = false; }

    void acknowledge(qint64 upTo);

    /// Nobody wants to hear of that attempt any more.
    void forget(AttemptId id);

    int waiting() const { return int(m_waiting.size()); }

signals:
    /// The ends of these are committed.
    void endsCommitted(const QList<Drover::AttemptId> &ids);

private:
    void sendSoon();
    void send();

    DaemonLink &m_link;
    std::deque<Report> m_waiting; // by number; the first m_sent of them are under way
    size_t m_sent = 0;
    qint64 m_last = 0;
    bool m_live = false;
    bool m_due = false;
};

} // namespace Drover
