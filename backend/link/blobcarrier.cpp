#include "backend/link/blobcarrier.h"

#include "backend/link/blobtransfer.h"

#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkProxy>

#include <deque>

using namespace Qt::StringLiterals;

namespace Drover {

/// The carrier's part in its own thread: a queue of orders, so many of which are under way.
class BlobCarrier::Worker : public QObject
{
    Q_OBJECT

public:
    explicit Worker(const CarrierSettings &settings) : m_settings(settings) { }

    void setTarget(const BlobTarget &target)
    {
        m_target = target;
        for (const auto &[order, transfer] : m_running)
            transfer->setTarget(target);
    }

    void add(qint64 order, const BlobOrder &what)
    {
        m_queue.emplace_back(order, what);
        startNext();
    }

    void cancel(qint64 order)
    {
        std::erase_if(m_queue, [order](const auto &each) { return each.first == order; });
        if (const auto running = m_running.find(order); running != m_running.end())
            m_running.erase(running);
        startNext();
    }

signals:
    void progressed(qint64 order, qint64 done, qint64 all);
    void finished(qint64 order, const Drover::Result<Drover::BlobFile> &result);

private:
    struct Later
    {
        void operator()(BlobTransfer *transfer) const { transfer->deleteLater(); }
    };

    void startNext()
    {
        while (!m_queue.empty() && int(m_running.size()) < m_settings.atOnce) {
            const auto [order, what] = m_queue.front();
            m_queue.pop_front();
            auto *transfer = new BlobTransfer(what, m_target, m_settings, network(), this);
            m_running.emplace(order, transfer);
            connect(transfer, &BlobTransfer::progressed, this, [this, order = order](qint64 done, qint64 all) {
                if (m_running.contains(order))
                    emit progressed(order, done, all);
            });
            connect(transfer, &BlobTransfer::finished, this, [this, order = order](const Result<BlobFile> &result) {
                if (m_running.erase(order) == 0)
                    return;
                emit finished(order, result);
                QMetaObject::invokeMethod(this, &Worker::startNext, Qt::QueuedConnection);
            });
            transfer->start();
        }
    }

    // Made here, to live in this thread.
    QNetworkAccessManager &network()
    {
        if (!m_network) {
            m_network = new QNetworkAccessManager(this);
            m_network->setProxy(QNetworkProxy::NoProxy);
        }
        return *m_network;
    }

    const CarrierSettings m_settings;
    BlobTarget m_target;
    QNetworkAccessManager *m_network = nullptr;
    std::deque<std::pair<qint64, BlobOrder>> m_queue;
    std::unordered_map<qint64, std::unique_ptr<BlobTransfer, Later>> m_running;
};

BlobCarrier::BlobCarrier(const CarrierSettings &settings, QObject *parent)
    : QObject(parent), m_worker(new Worker(settings))
{
    qRegisterMetaType<Result<BlobFile>>();
    m_worker->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
    connect(m_worker, &Worker::progressed, this, &BlobCarrier::onProgressed);
    connect(m_worker, &Worker::finished, this, &BlobCarrier::onFinished);
    m_thread.setObjectName(u"blobs"_s);
    m_thread.start();
}

BlobCarrier::~BlobCarrier()
{
    m_thread.quit();
    m_thread.wait();
}

void BlobCarrier::setTarget(const LinkTarget &target, const QString &bearer)
{
    BlobTarget called {.addresses = target.addresses, .tls = {}, .bearer = bearer};
    if (const Result<QSslConfiguration> tls = clientConfiguration(target.authorities, target.identity))
        called.tls = *tls;
    QMetaObject::invokeMethod(m_worker, [worker = m_worker, called] { worker->setTarget(called); });
}

qint64 BlobCarrier::carry(const BlobOrder &order, QObject *context, Done done, Progress progress)
{
    const qint64 id = ++m_last;
    m_waiting.emplace(id, Waiting {context, std::move(done), std::move(progress)});
    QMetaObject::invokeMethod(m_worker, [worker = m_worker, id, order] { worker->add(id, order); });
    return id;
}

void BlobCarrier::cancel(qint64 order)
{
    if (m_waiting.erase(order) > 0)
        QMetaObject::invokeMethod(m_worker, [worker = m_worker, order] { worker->cancel(order); });
}

void BlobCarrier::onProgressed(qint64 order, qint64 done, qint64 all)
{
    const auto waiting = m_waiting.find(order);
    if (waiting != m_waiting.end() && waiting->second.context && waiting->second.progress)
        waiting->second.progress(done, all);
}

void BlobCarrier::onFinished(qint64 order, const Result<BlobFile> &result)
{
    const auto found = m_waiting.find(order);
    if (found == m_waiting.end())
        return;
    const Waiting waiting = std::move(found->second);
    m_waiting.erase(found);
    if (waiting.context)
        waiting.done(result);
}

} // namespace Drover

#include "blobcarrier.moc"
