#include "backend/link/blobtransfer.h"

#include "backend/tls/authority.h"

#include <QtCore/QFileInfo>
#include <QtNetwork/QNetworkAccessManager>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr qint64 hashAtOnce = 4 * 1024 * 1024; // a turn; the transfers beside it go on
constexpr qint64 readBuffer = 1024 * 1024;
constexpr auto againFirst = 200ms;
constexpr auto againMost = 5s;

int statusOf(const QNetworkReply &reply)
{
    return reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
}

Error errorOf(QNetworkReply &reply)
{
    const QByteArray name = reply.rawHeader("Drover-Error");
    if (name.isEmpty())
        return fail(ErrorCode::Unreachable, reply.errorString());
    return fail(errorCodeOf(QString::fromLatin1(name)), QString::fromUtf8(reply.readAll()).trimmed());
}

/// Worth another try: the daemon is away, restarts, or is busy.
bool isPassing(const QNetworkReply &reply)
{
    const int status = statusOf(reply);
    return status == 0 || status == 408 || status == 503;
}

} // namespace

BlobTransfer::BlobTransfer(BlobOrder order, BlobTarget target, const CarrierSettings &settings,
                           QNetworkAccessManager &network, QObject *parent)
    : QObject(parent)
    , m_order(std::move(order))
    , m_target(std::move(target))
    , m_settings(settings)
    , m_network(network)
    , m_again(this)
{
    m_again.setSingleShot(true);
    wentOn();
}

void BlobTransfer::start()
{
    if (m_order.way == BlobOrder::Way::Down)
        openDownload();
    else
        openUpload();
}

void BlobTransfer::openUpload()
{
    m_file.setFileName(m_order.path);
    const bool open = m_order.file >= 0
        ? m_file.open(m_order.file, QIODevice::ReadOnly, QFileDevice::AutoCloseHandle)
        : m_file.open(QIODevice::ReadOnly);
    if (!open)
        return finish(fail(ErrorCode::Io, u"%1: %2"_s.arg(m_order.path, m_file.errorString())));
    if (m_order.file < 0 && !QFileInfo(m_file).isFile())
        return finish(fail(ErrorCode::Invalid, u"%1 is no file"_s.arg(m_order.path)));
    m_size = m_file.size();
    hashOn();
}

/// A beginning of an earlier try is taken over, and hashed first.
void BlobTransfer::openDownload()
{
    m_name = m_order.hash;
    m_file.setFileName(partPath());
    if (!m_file.open(QIODevice::ReadWrite))
        return finish(fail(ErrorCode::Io, u"%1: %2"_s.arg(partPath(), m_file.errorString())));
    hashOn();
}

void BlobTransfer::hashOn()
{
    const QByteArray piece = m_file.read(hashAtOnce);
    if (piece.isEmpty())
        return onHashed();
    m_hash.addData(piece);
    m_there += piece.size();
    QMetaObject::invokeMethod(this, &BlobTransfer::hashOn, Qt::QueuedConnection);
}

void BlobTransfer::onHashed()
{
    if (m_order.way == BlobOrder::Way::Down)
        return get();
    m_size = m_there;
    m_name = QString::fromLatin1(m_hash.result().toHex());
    if (m_order.way == BlobOrder::Way::Hash)
        return finish(BlobFile {.hash = m_name, .size = m_size});
    probe();
}

QNetworkRequest BlobTransfer::request() const
{
    const ServerAddress address = m_target.addresses.value(m_address % std::max<qsizetype>(1, m_target.addresses.size()));
    QUrl url;
    url.setScheme(u"https"_s);
    url.setHost(address.host);
    url.setPort(address.port);
    url.setPath(u"/blob/"_s + m_name);
    url.setQuery(QString::fromLatin1(m_order.query));
    QNetworkRequest request(url);
    request.setSslConfiguration(m_target.tls);
    request.setPeerVerifyName(u"drover"_s);
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    request.setTransferTimeout(int(m_settings.stall.count()));
    request.setHeader(QNetworkRequest::ContentTypeHeader, QByteArray("application/octet-stream"));
    if (!m_target.bearer.isEmpty())
        request.setRawHeader("Authorization", "Bearer " + m_target.bearer.toUtf8());
    return request;
}

void BlobTransfer::await(QNetworkReply *reply, void (BlobTransfer::*then)(QNetworkReply &))
{
    m_reply = reply;
    reply->setParent(this); // goes with it when it is cancelled
    connect(reply, &QNetworkReply::finished, this, [this, reply, then] {
        reply->deleteLater();
        if (reply == m_reply)
            (this->*then)(*reply);
    });
}

void BlobTransfer::probe()
{
    QNetworkRequest ask = request();
    ask.setRawHeader("Content-Range", "bytes */" + QByteArray::number(m_size));
    await(m_network.put(ask, QByteArray()), &BlobTransfer::onProbed);
}

void BlobTransfer::onProbed(QNetworkReply &reply)
{
    const int status = statusOf(reply);
    if (status == 200)
        return finish(BlobFile {.hash = m_name, .size = m_size});
    if (status != 308)
        return failed(reply);
    wentOn();
    const QByteArray range = reply.rawHeader("Range"); // bytes=0-99
    const qint64 there = range.startsWith("bytes=0-") ? range.sliced(8).toLongLong() + 1 : 0;
    put(std::clamp<qint64>(there, 0, m_size));
}

void BlobTransfer::put(qint64 from)
{
    // At least one byte has to come, or the range could not be said.
    m_there = std::min(from, std::max<qint64>(0, m_size - 1));
    if (!m_file.seek(m_there))
        return finish(fail(ErrorCode::Io, u"%1: %2"_s.arg(m_order.path, m_file.errorString())));
    QNetworkRequest send = request();
    send.setHeader(QNetworkRequest::ContentLengthHeader, m_size - m_there);
    if (m_size > 0) {
        send.setRawHeader("Content-Range",
                          "bytes " + QByteArray::number(m_there) + '-' + QByteArray::number(m_size - 1) + '/'
                              + QByteArray::number(m_size));
    }
    QNetworkReply *reply = m_size > 0 ? m_network.put(send, &m_file) : m_network.put(send, QByteArray());
    connect(reply, &QNetworkReply::uploadProgress, this, [this](qint64 sent, qint64) {
        if (sent > 0)
            wentOn();
        emit progressed(std::min(m_size, m_there + sent), m_size);
    });
    await(reply, &BlobTransfer::onPut);
}

void BlobTransfer::onPut(QNetworkReply &reply)
{
    const int status = statusOf(reply);
    if (status == 201 || status == 200)
        return finish(BlobFile {.hash = m_name, .size = m_size});
    // What was here when we asked is not any more; or it is still being written by a connection of
    // ours that was cut.
    if (status == 409)
        return tryAgain(errorOf(reply));
    failed(reply);
}

void BlobTransfer::get()
{
    QNetworkRequest ask = request();
    if (m_there > 0)
        ask.setRawHeader("Range", "bytes=" + QByteArray::number(m_there) + '-');
    QNetworkReply *reply = m_network.get(ask);
    reply->setReadBufferSize(readBuffer);
    connect(reply, &QNetworkReply::readyRead, this, &BlobTransfer::onBytes);
    await(reply, &BlobTransfer::onGot);
}

void BlobTransfer::onBytes()
{
    const int status = m_reply ? statusOf(*m_reply) : 0;
    if (status != 200 && status != 206)
        return; // an error's words
    if (m_size < 0)
        m_size = m_there + m_reply->header(QNetworkRequest::ContentLengthHeader).toLongLong();
    const QByteArray bytes = m_reply->readAll();
    if (m_file.write(bytes) != bytes.size() || !m_file.flush()) {
        const bool full = m_file.error() == QFileDevice::ResourceError || errno == ENOSPC || errno == EDQUOT;
        return finish(fail(full ? ErrorCode::LimitReached : ErrorCode::Io,
                           u"%1: %2"_s.arg(m_order.path, m_file.errorString())));
    }
    m_hash.addData(bytes);
    m_there += bytes.size();
    wentOn();
    emit progressed(m_there, m_size);
}

void BlobTransfer::onGot(QNetworkReply &reply)
{
    const int status = statusOf(reply);
    if (status == 200 || status == 206)
        onBytes();
    if (!m_reply)
        return; // the disk did not take it
    const bool isWhole = reply.error() == QNetworkReply::NoError && (status == 200 || status == 206);
    if (isWhole || (m_size >= 0 && m_there == m_size && status != 0))
        return takeDownload();
    if (status == 200 || status == 206) { // cut within its body
        const Error error = fail(ErrorCode::Unreachable, reply.errorString());
        m_size = -1;
        return tryAgain(error);
    }
    if (status == 400 && m_there > 0) { // our beginning is longer than it is: none of it
        m_hash.reset();
        m_there = 0;
        m_file.resize(0);
        m_file.seek(0);
        return get();
    }
    failed(reply);
}

void BlobTransfer::takeDownload()
{
    if (QString::fromLatin1(m_hash.result().toHex()) != m_name) {
        m_file.resize(0);
        m_file.seek(0);
        m_hash.reset();
        m_there = 0;
        m_size = -1;
        // A beginning that was damaged may be to blame, once.
        if (!std::exchange(m_cameWrong, true))
            return get();
        m_file.remove();
        return finish(fail(ErrorCode::Invalid, u"%1 came with another content than its hash says"_s.arg(m_name)));
    }
    m_file.close();
    QFile::remove(m_order.path);
    if (!QFile::rename(partPath(), m_order.path))
        return finish(fail(ErrorCode::Io, u"%1 cannot be written"_s.arg(m_order.path)));
    finish(BlobFile {.hash = m_name, .size = m_there});
}

void BlobTransfer::wentOn()
{
    m_lastProgress = std::chrono::steady_clock::now();
    m_failures = 0;
}

void BlobTransfer::failed(QNetworkReply &reply)
{
    const Error error = errorOf(reply);
    if (reply.error() == QNetworkReply::SslHandshakeFailedError && statusOf(reply) == 0)
        finish(fail(ErrorCode::Untrusted, error.message));
    else if (isPassing(reply))
        tryAgain(error);
    else
        finish(error);
}

void BlobTransfer::tryAgain(const Error &error)
{
    const auto waited = std::chrono::steady_clock::now() - m_lastProgress;
    if (m_settings.patience.count() > 0 && waited > m_settings.patience)
        return finish(error);
    ++m_failures;
    ++m_address;
    const auto pause = std::min<std::chrono::milliseconds>(againMost, againFirst * (1 << std::min(m_failures, 6)));
    disconnect(&m_again, nullptr, this, nullptr);
    connect(&m_again, &QTimer::timeout, this, m_order.way == BlobOrder::Way::Down ? &BlobTransfer::get : &BlobTransfer::probe);
    m_again.start(pause);
}

void BlobTransfer::finish(const Result<BlobFile> &result)
{
    m_reply.clear();
    emit finished(result);
}

} // namespace Drover
