#pragma once

#include "backend/link/blobcarrier.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QFile>
#include <QtCore/QTimer>
#include <QtNetwork/QNetworkReply>
#include <QtNetwork/QSslConfiguration>

QT_FORWARD_DECLARE_CLASS(QNetworkAccessManager)

namespace Drover {

/// Whom a transfer calls.
struct BlobTarget
{
    QList<ServerAddress> addresses;
    QSslConfiguration tls;
    QString bearer;
};

/// One order of a carrier: hashing, then asking how much is there, then moving the rest; again from
/// the asking when it was cut. Lives in the carrier's thread.
class BlobTransfer : public QObject
{
    Q_OBJECT

public:
    BlobTransfer(BlobOrder order, BlobTarget target, const CarrierSettings &settings,
                 QNetworkAccessManager &network, QObject *parent);

    void start();
    /// For the next try.
    void setTarget(const BlobTarget &target) { m_target = target; }

signals:
    void progressed(qint64 done, qint64 all);
    void finished(const Drover::Result<Drover::BlobFile> &result);

private:
    void openUpload();
    void openDownload();
    void hashOn();
    void onHashed();
    void probe();
    void onProbed(QNetworkReply &reply);
    void put(qint64 from);
    void onPut(QNetworkReply &reply);
    void get();
    void onBytes();
    void onGot(QNetworkReply &reply);
    void takeDownload();

    QNetworkRequest request() const;
    void await(QNetworkReply *reply, void (BlobTransfer::*then)(QNetworkReply &));
    void failed(QNetworkReply &reply);
    void tryAgain(const Error &error);
    void wentOn();
    void finish(const Result<BlobFile> &result);
    QString partPath() const { return m_order.path + QStringLiteral(".part"); }

    BlobOrder m_order;
    BlobTarget m_target;
    const CarrierSettings m_settings;
    QNetworkAccessManager &m_network;
    QFile m_file;
    QCryptographicHash m_hash {QCryptographicHash::Blake2b_256};
    QString m_name; // the hash in hex
    qint64 m_size = -1;
    qint64 m_there = 0; // bytes hashed, then bytes that need not be moved
    QPointer<QNetworkReply> m_reply;
    QTimer m_again;
    std::chrono::steady_clock::time_point m_lastProgress;
    int m_failures = 0;
    qsizetype m_address = 0;
    bool m_cameWrong = false;
};

} // namespace Drover
