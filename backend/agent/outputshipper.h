#pragma once

#include "backend/agent/outputtext.h"
#include "backend/agent/processsampler.h"
#include "backend/agent/shippedstream.h"
#include "backend/agent/usecurve.h"
#include "backend/base/clock.h"

#include <QtCore/QHash>
#include <QtCore/QObject>
#include <QtCore/QRegularExpression>
#include <QtCore/QTimer>

#include <deque>

namespace Drover {

/// A running attempt whose output is wanted as it is written.
struct FollowedAttempt
{
    AttemptId id;
    qint64 epoch = 0;
    std::string runFolder;
    bool merged = false;
    std::string progressFile; ///< empty: none
    QString progressPattern; ///< its first group is the percentage; empty: none
    pid_t shim = 0; ///< ancestor of its processes
};

/// What is left to be brought home of an attempt that has ended.
struct EndedAttempt
{
    AttemptId id;
    qint64 epoch = 0;
    std::string runFolder;
    qint64 outSize = 0;
    qint64 errSize = 0;
    bool merged = false;
    bool isBad = false; ///< a last line is wanted
};

/// What was brought home: streams within inlineOutputLimit as they are, others by chunks, all of
/// them acknowledged.
struct CollectedOutput
{
    AttemptId id;
    QByteArray out;
    QByteArray err;
    QString lastLine;
    std::optional<AttemptCurve> curve; ///< of what lasted
    bool isDiskFull = false; ///< of the work root or the state folder, where it ended badly
};

/// Reads the tasks' output files and sends what is in them: of what runs every 100 ms, of what has
/// ended the rest. At most 1 MiB of a stream, and 16 MiB of all, is under way without the daemon's
/// word that it is durable; after a cut everything without that word is sent again, by offset.
/// Lives in the file thread; the main thread talks to it through FileThread.
class OutputShipper : public QObject
{
    Q_OBJECT

public:
    /// `watched` are the folders whose file systems being full explains a bad end.
    OutputShipper(const Clock &clock, std::vector<std::string> watched);

    void follow(const QList<FollowedAttempt> &attempts);
    void collect(const QList<EndedAttempt> &attempts);
    void drop(const QList<AttemptId> &ids);
    void setConnected(bool connected);
    void acknowledge(AttemptId id, Stream stream, qint64 upTo);

signals:
    void chunks(const QList<Drover::OutputChunk> &chunks);
    void collected(const QList<Drover::CollectedOutput> &attempts);
    /// Those that have changed.
    void gauges(const QList<Drover::AttemptGauge> &gauges);

private:
    struct Followed
    {
        FollowedAttempt attempt;
        ShippedStream out;
        ShippedStream err;
        std::optional<EndedAttempt> ended;
        AttemptGauge gauge;
        bool gaugeChanged = false;
        Stream lastGrown = Stream::Out;
        bool isWaiting = false; // found no room
        QRegularExpression progress;
        UseCurve curve;

        ShippedStream &stream(Stream which) { return which == Stream::Out ? out : err; }
    };

    Followed &followed(const FollowedAttempt &attempt);
    void lookAtRunning();
    void noteGauge(Followed &followed, Instant now);
    Progress progressOf(Followed &followed);
    void sampleProcesses();
    qint64 room() const;
    void pump(Followed &followed, qint64 &room, QList<OutputChunk> &chunks);
    void pumpWaiting(qint64 &room, QList<OutputChunk> &chunks);
    bool isHome(const Followed &followed) const;
    CollectedOutput take(const EndedAttempt &ended) const;
    std::optional<AttemptCurve> curveOf(AttemptId id) const;
    bool isDiskFull() const;
    void finish(AttemptId id);

    const Clock &m_clock;
    std::vector<std::string> m_watched;
    std::unordered_map<AttemptId, Followed> m_followed;
    std::deque<AttemptId> m_waiting;
    bool m_connected = false;
    ProcessSampler m_sampler;
    QTimer m_tick;
    int m_ticks = 0;
};

} // namespace Drover
