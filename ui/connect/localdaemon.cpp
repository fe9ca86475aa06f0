#include "ui/connect/localdaemon.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QProcess>
#include <QtCore/QRegularExpression>
#include <QtCore/QStandardPaths>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr auto lookEvery = 200ms;
constexpr int mostLooks = 150; // 30 s

} // namespace

LocalDaemon::LocalDaemon(QString program, QString state, QObject *parent)
    : QObject(parent), m_program(std::move(program)), m_state(std::move(state))
{
    m_looks.setInterval(lookEvery);
    connect(&m_looks, &QTimer::timeout, this, &LocalDaemon::look);
}

QString LocalDaemon::usualProgram()
{
    const QString beside = QCoreApplication::applicationDirPath() + u"/droverd"_s;
    return QFileInfo(beside).isExecutable() ? beside : QStandardPaths::findExecutable(u"droverd"_s);
}

QString LocalDaemon::usualState()
{
    const QString given = qEnvironmentVariable("XDG_STATE_HOME");
    return (given.startsWith(u'/') ? given : QDir::homePath() + u"/.local/state"_s) + u"/drover"_s;
}

void LocalDaemon::start()
{
    if (m_program.isEmpty()) {
        emit failed(Error{ErrorCode::NotFound, tr("there is no droverd on this computer; install the package drover-daemon")});
        return;
    }
    if (QFileInfo::exists(m_state + u"/daemon"_s)) {
        emit failed(Error{ErrorCode::Conflict,
                          tr("there is a daemon in %1 already. If it does not run: packaging/quickstart starts it; to join it: "
                             "drover invite NAME makes an invitation").arg(m_state)});
        return;
    }
    if (!QDir().mkpath(m_state + u"/run"_s)) {
        emit failed(Error{ErrorCode::Io, tr("cannot make %1").arg(m_state)});
        return;
    }
    emit progress(tr("Making certificates…"));
    initialise();
}

void LocalDaemon::initialise()
{
    m_init = new QProcess(this);
    m_init->setProcessChannelMode(QProcess::MergedChannels);
    connect(m_init, &QProcess::finished, this, [this](int status) { onInitialised(status); });
    connect(m_init, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            emit failed(Error{ErrorCode::Io, tr("%1 does not start: %2").arg(m_program, m_init->errorString())});
    });
    m_init->start(m_program, {u"init"_s, u"--data"_s, m_state + u"/daemon"_s, u"--listen"_s, u"127.0.0.1:7443"_s});
}

void LocalDaemon::onInitialised(int status)
{
    const QString said = QString::fromUtf8(m_init->readAll());
    static const QRegularExpression link(u"drover://\\S+"_s);
    m_invitation = link.match(said).captured();
    if (status != 0 || m_invitation.isEmpty()) {
        emit failed(Error{ErrorCode::Io, tr("droverd init failed: %1").arg(said.trimmed())});
        return;
    }
    emit progress(tr("Starting the daemon…"));
    run();
}

void LocalDaemon::run()
{
    const QString port = m_state + u"/run/port"_s;
    QFile::remove(port);
    QProcess daemon;
    daemon.setProgram(m_program);
    daemon.setArguments({u"run"_s, u"--data"_s, m_state + u"/daemon"_s, u"--listen"_s, u"127.0.0.1:7443"_s, u"--port-file"_s, port,
                         u"--log"_s, m_state + u"/droverd.log"_s});
    daemon.setStandardInputFile(QProcess::nullDevice());
    daemon.setStandardOutputFile(m_state + u"/droverd.out"_s);
    daemon.setStandardErrorFile(m_state + u"/droverd.out"_s);
    if (!daemon.startDetached()) {
        emit failed(Error{ErrorCode::Io, tr("%1 does not start").arg(m_program)});
        return;
    }
    m_looked = 0;
    m_looks.start();
}

void LocalDaemon::look()
{
    if (QFileInfo(m_state + u"/run/port"_s).size() > 0) {
        m_looks.stop();
        emit ready(m_invitation);
    } else if (++m_looked > mostLooks) {
        m_looks.stop();
        emit failed(Error{ErrorCode::TimedOut, tr("the daemon does not answer; its log: %1").arg(m_state + u"/droverd.log"_s)});
    }
}

} // namespace Drover
