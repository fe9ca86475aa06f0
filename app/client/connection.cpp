#include "app/client/connection.h"

#include "app/client/connectionworker.h"

namespace Drover {

Connection::Connection(QString program, const ClientSettings &settings, QObject *parent)
    : QObject(parent)
    , m_worker(new ConnectionWorker(std::move(program), settings, *this))
{
    m_thread.setObjectName(QStringLiteral("link"));
    m_worker->moveToThread(&m_thread);
    connect(&m_thread, &QThread::started, m_worker, &ConnectionWorker::start);
    connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
    m_thread.start();
}

Connection::~Connection()
{
    m_thread.quit();
    m_thread.wait();
}

void Connection::open(const ClientTarget &target, const std::optional<TunnelSettings> &tunnel)
{
    QMetaObject::invokeMethod(m_worker, [worker = m_worker, target, tunnel] { worker->open(target, tunnel); });
}

void Connection::close()
{
    QMetaObject::invokeMethod(m_worker, &ConnectionWorker::close);
}

void Connection::retryNow()
{
    QMetaObject::invokeMethod(m_worker, &ConnectionWorker::retryNow);
}

void Connection::sendRaw(const QString &method, const QByteArray &params, QObject *context,
                         std::function<void(const Result<QByteArray> &)> handler)
{
    const qint64 number = expect<QByteArray>(context, std::move(handler));
    post([name = method.toLatin1(), params, number](Client &client, QObject *there, const Deliver &deliver) {
        client.sendRequest(QLatin1StringView(name), params, there,
                           [deliver, number, name](const Result<QByteArray> &reply) { // which keeps the name
                               deliver([number, reply](Connection &here) { here.answer(number, &reply); });
                           });
    });
}

void Connection::submit(const Submit &request, QObject *context,
                        std::function<void(const Result<Submitted> &)> handler,
                        std::function<void(qint64, qint64)> progress)
{
    const qint64 number = expect<Submitted>(context, std::move(handler));
    if (progress)
        m_progress.emplace(number, std::move(progress));
    QMetaObject::invokeMethod(m_worker, [worker = m_worker, request, number] { worker->submit(request, number); });
}

void Connection::upload(const QStringList &paths, QObject *context,
                        std::function<void(const Result<FileTransfers::Uploaded> &)> handler, FilesProgress progress)
{
    const qint64 number = expect<FileTransfers::Uploaded>(context, std::move(handler));
    if (progress)
        m_filesProgress.emplace(number, std::move(progress));
    QMetaObject::invokeMethod(m_worker, [worker = m_worker, paths, number] { worker->upload(paths, number); });
}

void Connection::redeem(const InvitationLink &invitation, const QString &user, const QString &password,
                        QObject *context, std::function<void(const Result<Redeemed> &)> handler)
{
    const qint64 number = expect<Redeemed>(context, std::move(handler));
    QMetaObject::invokeMethod(m_worker, [worker = m_worker, invitation, user, password, number] {
        worker->redeem(invitation, user, password, number);
    });
}

void Connection::post(Job job)
{
    QMetaObject::invokeMethod(m_worker, [worker = m_worker, job = std::move(job)] { worker->run(job); });
}

void Connection::addChannel(std::shared_ptr<NotificationChannel> channel)
{
    QMetaObject::invokeMethod(m_worker, [worker = m_worker, channel = std::move(channel)] {
        worker->addChannel(channel);
    });
}

void Connection::onDeliveries(const QList<Delivery> &deliveries)
{
    // A handler may be the end of us.
    const QPointer<Connection> alive(this);
    for (const Delivery &delivery : deliveries) {
        if (alive)
            delivery(*this);
    }
}

void Connection::answer(qint64 number, const void *reply)
{
    const auto found = m_expected.find(number);
    if (found == m_expected.end())
        return;
    const Expected expected = std::move(found->second);
    m_expected.erase(found);
    m_progress.erase(number);
    m_filesProgress.erase(number);
    if (expected.context)
        expected.handler(reply);
}

void Connection::progress(qint64 number, qint64 taken, qint64 all)
{
    const auto found = m_progress.find(number);
    const auto expected = m_expected.find(number);
    if (found == m_progress.end() || expected == m_expected.end() || !expected->second.context)
        return;
    const auto handler = found->second; // which may end the request it belongs to
    handler(taken, all);
}

void Connection::filesProgress(qint64 number, qint64 bytes, qint64 allBytes, qsizetype files, qsizetype allFiles)
{
    const auto found = m_filesProgress.find(number);
    const auto expected = m_expected.find(number);
    if (found == m_filesProgress.end() || expected == m_expected.end() || !expected->second.context)
        return;
    const auto handler = found->second; // which may end the request it belongs to
    handler(bytes, allBytes, files, allFiles);
}

void Connection::batchTaken()
{
    QMetaObject::invokeMethod(m_worker, &ConnectionWorker::onTaken, Qt::QueuedConnection);
}

void Connection::setStatus(const ConnectionStatus &status)
{
    m_status = status;
    emit statusChanged(m_status);
}

void Connection::setSession(const SessionInfo &session)
{
    m_session = session;
    emit signedIn(m_session);
}

} // namespace Drover
