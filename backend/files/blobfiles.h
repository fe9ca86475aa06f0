#pragma once

#include "backend/base/result.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QFile>
#include <QtCore/QObject>
#include <QtCore/QSet>

#include <memory>
#include <unordered_map>

namespace Drover {

/// A file on its way in.
struct BlobUpload
{
    QString hash; ///< 64 hex digits: what it shall be
    QString owner; ///< who sends it; each has a beginning of his own
    qint64 size = 0;
    qint64 from = 0; ///< the first byte that comes
};

/// Blobs as files `<folder>/<first two digits>/<hash>`, and beginnings of uploads under
/// `<folder>/incoming`, which outlive a cut and a restart. A blob is there whole, durable, and with
/// the hash it is called by, or not at all. Several uploads and downloads are told apart by a number
/// that the caller chooses; what comes of each is said by signals. Every call may wait for the disk:
/// lives in a file thread.
class BlobFiles : public QObject
{
    Q_OBJECT

public:
    explicit BlobFiles(QString folder, QObject *parent = nullptr);
    ~BlobFiles() override;

    /// How many bytes of that upload are here: `measured`.
    void measure(qint64 transfer, const BlobUpload &upload);
    /// Ready for bytes from `upload.from` on: `begun`. Conflict says where to go on instead, or that
    /// another connection is at it.
    void begin(qint64 transfer, const BlobUpload &upload);
    void write(qint64 transfer, const QByteArray &piece);
    /// All has come: checked, made durable, and put in its place: `finished`.
    void finish(qint64 transfer);
    /// What has come is kept for the next try.
    void giveUp(qint64 transfer);

    /// At most `limit` bytes from there: `wasRead`.
    void read(qint64 transfer, const QString &hash, qint64 offset, qint64 limit);

    void remove(const QString &hash);
    /// Removes what is none of `known`, and beginnings, if nobody has touched them for so long.
    void sweep(const QSet<QString> &known, std::chrono::seconds untouched);

    QString pathOf(const QString &hash) const;

signals:
    void measured(qint64 transfer, qint64 size);
    void begun(qint64 transfer, const Drover::Result<qint64> &from);
    void written(qint64 transfer, const Drover::Result<qint64> &bytes);
    void finished(qint64 transfer, const Drover::Result<qint64> &size);
    void wasRead(qint64 transfer, const Drover::Result<QByteArray> &piece);
    void removed(const QString &hash);

private:
    struct Open
    {
        BlobUpload upload;
        QFile file;
        QCryptographicHash hash {QCryptographicHash::Blake2b_256};
        qint64 size = 0;
    };

    QString beginningOf(const BlobUpload &upload) const;
    Result<qint64> tryBegin(qint64 transfer, const BlobUpload &upload);
    Result<qint64> tryFinish(Open &open);

    QString m_folder;
    std::unordered_map<qint64, std::unique_ptr<Open>> m_open;
};

} // namespace Drover

Q_DECLARE_METATYPE(Drover::Result<qint64>)
Q_DECLARE_METATYPE(Drover::Result<QByteArray>)
