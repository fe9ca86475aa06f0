#include "backend/link/authorityfetch.h"

#include "backend/base/clock.h"

#include <QtCore/QTimer>
#include <QtNetwork/QNetworkProxy>
#include <QtNetwork/QSslSocket>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

/// One joining: a socket for each address until one shows the right chain. Deletes itself.
class AuthorityFetch : public QObject
{
public:
    AuthorityFetch(QList<ServerAddress> addresses, Pin pin, std::chrono::milliseconds limit,
                   QObject *context, std::function<void(const Result<Certificate> &)> handler)
        : QObject(context)
        , m_addresses(std::move(addresses))
        , m_pin(std::move(pin))
        , m_handler(std::move(handler))
        , m_timer(this)
    {
        m_timer.setSingleShot(true);
        m_timer.setInterval(limit);
        connect(&m_timer, &QTimer::timeout, this, [this] {
            tryFailed(
                fail(ErrorCode::TimedOut,
                     u"no answer in %1"_s.arg(printedDuration(m_timer.intervalAsDuration()))));
        });
    }

    void connectNext()
    {
        if (m_tried == m_addresses.size())
            return finish(fail(m_worst, u"cannot join by "_s + m_words.join(u"; "_s)));
        m_socket = new QSslSocket(this);
        m_socket->setProxy(QNetworkProxy::NoProxy);
        m_socket->setSslConfiguration(joiningConfiguration());
        connect(m_socket, &QSslSocket::encrypted, this, &AuthorityFetch::onEncrypted);
        // Queued: the socket is busy failing.
        connect(
            m_socket, &QSslSocket::errorOccurred, this,
            [this, socket = m_socket] {
                if (socket == m_socket)
                    tryFailed(fail(ErrorCode::Unreachable, socket->errorString()));
            },
            Qt::QueuedConnection);
        m_timer.start();
        const ServerAddress &address = m_addresses.at(m_tried);
        m_socket->connectToHostEncrypted(address.host, address.port);
    }

private:
    void onEncrypted()
    {
        const QList<Certificate> chain = certificatesOf(m_socket->peerCertificateChain());
        Result<Certificate> found = authorityByPin(chain, m_pin, SystemClock().now());
        if (found)
            finish(found);
        else
            tryFailed(found.error());
    }

    void tryFailed(const Error &error)
    {
        // A wrong key is what a person must hear of, whatever else went wrong.
        if (m_words.isEmpty() || error.code == ErrorCode::Untrusted)
            m_worst = error.code;
        m_words.append(printed(m_addresses.at(m_tried)) + u": "_s + error.message);
        m_socket->disconnect(this);
        m_socket->abort();
        std::exchange(m_socket, nullptr)->deleteLater();
        ++m_tried;
        connectNext();
    }

    void finish(const Result<Certificate> &result)
    {
        m_timer.stop();
        if (m_socket)
            m_socket->disconnect(this);
        deleteLater();
        m_handler(result);
    }

    const QList<ServerAddress> m_addresses;
    const Pin m_pin;
    std::function<void(const Result<Certificate> &)> m_handler;
    QTimer m_timer;
    QSslSocket *m_socket = nullptr;
    qsizetype m_tried = 0;
    QStringList m_words;
    ErrorCode m_worst = ErrorCode::Unreachable;
};

} // namespace

void fetchAuthority(const QList<ServerAddress> &addresses, const Pin &pin,
                    std::chrono::milliseconds limit, QObject *context,
                    std::function<void(const Result<Certificate> &)> handler)
{
    Q_ASSERT(context && !addresses.isEmpty());
    auto *fetch = new AuthorityFetch(addresses, pin, limit, context, std::move(handler));
    fetch->connectNext();
}

} // namespace Drover
