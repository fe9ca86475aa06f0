#pragma once


#include "backend/protocol/envelope.h"

#include <QtCore/QProcess>
#include <QtCore/QTemporaryDir>
#include <QtNetwork/QNetworkAccessManager>
#include <QtTest/QtTest>

#include <memory>

namespace Drover {

/// One daemon and its agents, as real programs, in a folder of their own; asked over POST /rpc.
class Site
{
public:
    Site();
    ~Site();

    /// More arguments of droverd, for init and run: to be set before.
    void setDaemonOptions(const QStringList &options) { m_daemonOptions = options; }

    bool init();
    bool startDaemon();
    /// Starts it and does not wait for it: another daemon may lead the database.
    bool launchDaemon();
    /// Makes a second daemon, with a port of its own and the same data directory, the one that all
    /// the others are about; again: the first.
    void swapDaemons();
    /// What /readyz says.
    bool isReady();
    qint64 daemonPid() const { return m_daemon->processId(); }
    void killDaemon();
    /// SIGTERM, and its exit status.
    int stopDaemon();
    /// Waits until it has ended by itself; -1: it has not.
    int exitStatus();

    /// Of all programs, besides that of this test: to be set before they start.
    void setEnvironment(const QMap<QString, QString> &variables) { m_environment = variables; }

    /// Invites and joins one more agent. Its number counts from 0. It connects to the daemon's port,
    /// or by way of another one.
    bool addAgent(int slotCount, quint16 port = 0);
    /// SIGTERM, and its exit status; its tasks go on.
    int stopAgent(int agent);
    bool startAgent(int agent);
    void killAgent(int agent);

    template<RequestType R>
    Result<typename R::Reply> ask(const R &request)
    {
        const Result<QByteArray> reply = post(R::method, toJson(request));
        if (!reply)
            return reply.error();
        return decode<typename R::Reply>(*reply);
    }

    /// Repeats until the daemon answers, as a client does that retries.
    template<RequestType R>
    typename R::Reply askUntilAnswered(const R &request)
    {
        Result<typename R::Reply> reply = fail(ErrorCode::Unreachable, {});
        if (!QTest::qWaitFor([&] { return (reply = ask(request)).has_value(); }, 60'000))
            qFatal("no answer: %s", qPrintable(printed(reply.error())));
        return *reply;
    }

    /// As who holds that token from now on; empty: nobody.
    void setToken(const QString &token) { m_token = token; }
    /// Any method by its name; the reply as CBOR.
    Result<QByteArray> askRaw(const QString &method, const QByteArray &json)
    {
        const QByteArray name = method.toLatin1();
        return post(QLatin1StringView(name), json);
    }

    /// The invitation of the administrator, as `droverd init` printed it; redeemed already.
    QString invitation() const { return m_invitation; }
    quint16 port() const { return m_port; }
    QString token() const { return m_token; }
    QString path(const QString &name) const { return m_folder.filePath(name); }
    qint64 agentPid(int agent) const { return m_agents[size_t(agent)]->processId(); }

private:
    Result<QByteArray> post(QLatin1StringView method, const QByteArray &params);
    QProcessEnvironment environment() const;
    std::unique_ptr<QProcess> started(const QString &program, const QStringList &arguments);

    QTemporaryDir m_folder;
    quint16 m_port = 0;
    quint16 m_otherPort = 0;
    QStringList m_daemonOptions;
    QMap<QString, QString> m_environment;
    QString m_invitation;
    QString m_token;
    std::unique_ptr<QProcess> m_daemon;
    std::unique_ptr<QProcess> m_otherDaemon;
    std::vector<std::unique_ptr<QProcess>> m_agents;
    QNetworkAccessManager m_network;
};

} // namespace Drover
