#pragma once

#include "backend/base/ids.h"
#include "backend/base/instant.h"
#include "backend/base/result.h"
#include "backend/files/outputtext.h"

#include <QtCore/QByteArray>
#include <QtCore/QHash>
#include <QtCore/QList>
#include <QtCore/QObject>
#include <QtCore/QSet>

namespace Drover {

/// One stream of one attempt: 0 is stdout, 1 is stderr.
struct OutputName
{
    AttemptId attempt;
    int stream = 0;

    friend bool operator==(const OutputName &, const OutputName &) = default;
    friend size_t qHash(const OutputName &name, size_t seed = 0) { return qHashMulti(seed, name.attempt, name.stream); }
};

/// A piece of a stream, by offset: one that comes twice lands where it lay.
struct OutputPart
{
    OutputName name;
    qint64 offset = 0;
    QByteArray data;
    QList<std::pair<qint64, Instant>> marks; ///< written up to this offset by then
    qint64 gapBefore = 0; ///< bytes before `offset` that are not kept any more
};

/// Streams as files under `<folder>/<task / 1000>/<task>-<n>.out` (and .err), with their marks
/// beside them (.out.marks: pairs of int64, offset and µs). Created as they come; what is stored
/// is durable. Every call may wait for the disk: lives in the file thread.
class OutputFiles : public QObject
{
    Q_OBJECT

public:
    explicit OutputFiles(QString folder, QObject *parent = nullptr);

    /// Writes all parts and makes them durable with one sync; then says so, per stream.
    void write(const QList<OutputPart> &parts);

    enum class Removal { All, Bytes };
    /// It is not wanted any more; or its bytes have gone into the store, and the marks stay.
    void remove(const OutputName &name, Removal removal);

    /// Where a stream lies; any thread.
    QString pathOf(const OutputName &name) const;

    /// Bytes all streams take, for the status and for retention.
    qint64 totalSize() const;

signals:
    /// The parts of one write() are dealt with; the next may come.
    void written();
    /// Durable up to `size`.
    void stored(const Drover::OutputName &name, qint64 size);
    /// The disk did not take it; the agent keeps it and sends it again.
    void failed(const Drover::OutputName &name, const Drover::Error &error);

private:
    Result<qint64> writePart(const OutputPart &part);
    Result<void> writeMarks(const OutputPart &part);

    QString m_folder;
    QSet<OutputName> m_interrupted; // a piece of them was refused, and has not come again
};

} // namespace Drover
