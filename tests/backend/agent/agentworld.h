#pragma once

#include "backend/agent/agent.h"
#include "tests/backend/agent/daemonside.h"
#include "tests/support/verify.h"

namespace Drover {

/// A connection inside the process; may be cut and joined.
class TestLink : public DaemonLink
{
    Q_OBJECT

public:
    explicit TestLink(DaemonSide &daemon) : m_daemon(daemon)
    {
        m_daemon.send = [this](const QByteArray &frame) {
            QMetaObject::invokeMethod(
                this, [this, frame] { deliver(frame); }, Qt::QueuedConnection);
        };
    }

    void start() override
    {
        QMetaObject::invokeMethod(this, &TestLink::join, Qt::QueuedConnection);
    }
    bool isConnected() const override { return m_connected; }

    qint64 backlog() const override { return 0; }

    void join()
    {
        m_connected = true;
        emit connected();
    }
    void cut()
    {
        m_connected = false;
        m_answer = {};
        emit disconnected("cut by the test");
    }

    void hello(const AgentHello &hello,
               std::function<void(const Result<AgentWelcome> &)> answer) override
    {
        m_answer = std::move(answer);
        m_daemon.take(
            {.id = 1, .method = AgentHello::method, .params = encode(hello), .error = {}});
    }

protected:
    void sendNotification(QLatin1StringView method, const QByteArray &params) override
    {
        if (m_connected)
            m_daemon.take({.id = {}, .method = method, .params = params, .error = {}});
    }

private:
    void deliver(const QByteArray &frame)
    {
        if (!m_connected)
            return;
        const QList<Envelope> envelopes = envelopesOf(frame, WireFormat::Cbor).value();
        for (const Envelope &envelope : envelopes) {
            if (envelope.id && m_answer)
                std::exchange(m_answer, {})(decode<AgentWelcome>(envelope.params));
            else if (!envelope.id)
                emit received(envelope.method, envelope.params);
        }
    }

    DaemonSide &m_daemon;
    bool m_connected = false;
    std::function<void(const Result<AgentWelcome> &)> m_answer;
};

/// An agent in this process, with the real shim host, and a daemon of the test's.
class AgentWorld
{
public:
    DaemonSide daemon;

    explicit AgentWorld(SlotUsers users = {}) : m_users(users)
    {
        // Other users pass through it to their work.
        QFile::setPermissions(folder.path(), QFile::permissions(folder.path()) | QFile::ExeOther);
    }

    void start()
    {
        QDir().mkpath(paths.state);
        link = std::make_unique<TestLink>(daemon);
        agent = std::make_unique<Agent>(AgentSettings{.paths = paths,
                                                      .users = m_users,
                                                      .shimProgram = DROVER_BIN_DIR "/drover-shim",
                                                      .shimWrapper = {},
                                                      .fileLimit = {},
                                                      .home = {}},
                                        *link, clock);
        const Result<void> started = agent->start();
        if (!started)
            qFatal("%s", qPrintable(started.error().message));
    }

    /// The agent is no more; its tasks go on.
    void stop()
    {
        agent.reset();
        link.reset();
    }

    QString runFolder(int task) const { return folder.filePath("state/run/%1-1").arg(task); }

    SystemClock clock;
    QTemporaryDir folder;
    AgentPaths paths{.state = folder.filePath("state"), .work = folder.filePath("work")};
    std::unique_ptr<TestLink> link;
    std::unique_ptr<Agent> agent;

private:
    SlotUsers m_users;
};

} // namespace Drover
