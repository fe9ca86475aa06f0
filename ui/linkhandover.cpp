#include "ui/linkhandover.h"

#include "backend/base/logging.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QDir>
#include <QtNetwork/QLocalServer>
#include <QtNetwork/QLocalSocket>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr int patience = 1000; // ms: before any window is there
constexpr qint64 longestLink = 8192;

} // namespace

// One for each home, so that two users of a computer never meet.
QString LinkHandover::name()
{
    const QByteArray home = QCryptographicHash::hash(QDir::homePath().toUtf8(), QCryptographicHash::Sha256).toHex().left(16);
    return u"drover-console-"_s + QString::fromLatin1(home);
}

bool LinkHandover::handOver(const QString &link)
{
    QLocalSocket socket;
    socket.connectToServer(name());
    if (!socket.waitForConnected(patience))
        return false;
    socket.write(link.toUtf8() + '\n');
    return socket.waitForBytesWritten(patience) && (socket.waitForDisconnected(patience) || socket.state() == QLocalSocket::UnconnectedState);
}

void LinkHandover::listen()
{
    QLocalSocket other;
    other.connectToServer(name());
    if (other.waitForConnected(patience))
        return;
    QLocalServer::removeServer(name()); // of one that crashed
    m_server = new QLocalServer(this);
    m_server->setSocketOptions(QLocalServer::UserAccessOption);
    if (!m_server->listen(name())) {
        logWarning(LogCategory::Console, u"links of the desktop cannot be taken", {{"reason"_L1, m_server->errorString()}});
        return;
    }
    connect(m_server, &QLocalServer::newConnection, this, &LinkHandover::onConnection);
}

void LinkHandover::onConnection()
{
    QLocalSocket *socket = m_server->nextPendingConnection();
    connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
    connect(socket, &QLocalSocket::readyRead, this, [this, socket] {
        if (!socket->canReadLine() && socket->bytesAvailable() < longestLink)
            return;
        const QString link = QString::fromUtf8(socket->readLine(longestLink)).trimmed();
        socket->disconnectFromServer();
        if (!link.isEmpty())
            emit linkCame(link);
    });
}

} // namespace Drover
