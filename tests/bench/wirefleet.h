#pragma once

#include "backend/agent/wirelink.h"
#include "backend/protocol/agentmessages.h"

#include <QtCore/QThread>
#include <QtCore/QTimer>

#include <memory>

namespace Drover {

class Site;

/// An agent over the real wire that runs nothing: every assignment is reported as started and as
/// ended well in the same breath, at once or a while after it came, so that what is measured is the
/// daemon alone.
class WireAgent : public QObject
{
    Q_OBJECT

public:
    WireAgent(const LinkTarget &target, std::chrono::milliseconds runs, QObject *parent);

    void start() { m_link.start(); }

private:
    void onConnected();
    void onReceived(const QString &method, const QByteArray &params);
    void report(const QList<Assignment> &assignments);
    void beat();

    WireLink m_link;
    QTimer m_beat;
    const std::chrono::milliseconds m_runs;
    qint64 m_epoch = 0;
    qint64 m_seq = 0;
};

/// Some of them, in a thread of their own. They join one after the other when it is made, and connect
/// at `start`.
class WireFleet
{
public:
    /// `runs`: how long each task seems to run, which bounds the rate.
    WireFleet(Site &site, int agents, int slotsEach, std::chrono::milliseconds runs = {});
    ~WireFleet();

    void start();

private:
    QThread m_thread;
    QObject *m_crew; // lives in the thread, with the agents below it
    QList<LinkTarget> m_targets;
    std::chrono::milliseconds m_runs;
};

} // namespace Drover
