#pragma once

#include "backend/base/clock.h"
#include "backend/series/loadring.h"
#include "backend/store/stage.h"

#include <QtCore/QHash>
#include <QtCore/QObject>

#include <deque>
#include <map>
#include <set>

namespace Drover {

class Store;

/// The figures over time. Counts of batches and projects are looked at each 10 s, as they were
/// committed, and stored once a minute; each 5 min they are stored once more for the long run. Load
/// of machines comes with their heartbeats and lies in memory for ten minutes, its means by minute
/// are stored. A crash costs the last minute of counts and ten of loads: they are figures, not
/// results. A batch of which nothing is left to do has no points. State thread.
class Series : public QObject
{
    Q_OBJECT

public:
    Series(Store &store, const Clock &clock, QObject *parent = nullptr);

    void restore(const Snapshot &snapshot);

    /// Each second.
    void tick();
    void load(MachineId machine, const MachineLoad &load, std::chrono::nanoseconds up);
    /// Stages what is not stored yet: before the daemon ends.
    void flush();

    /// What is not stored yet of a subject.
    std::vector<CountPoint> pendingCounts(SeriesKind kind, const QString &subject) const;
    std::vector<LoadPoint> pendingMinutes(MachineId machine) const;
    /// The last ten minutes, each 2 s.
    std::vector<LoadPoint> recentLoad(MachineId machine) const;
    /// When it was started, by what it said last; never: it has not.
    Instant booted(MachineId machine) const { return m_booted.value(machine); }
    /// Bad ends of attempts there in the last hour, to five minutes.
    qint64 failedLastHour(MachineId machine) const;
    QStringList projects() const { return {m_projects.cbegin(), m_projects.cend()}; }
    QList<BatchRate> rates() const;

private:
    struct Track
    {
        QString project;
        StateCounts now;
        StateCounts before; // when it was last looked at
        bool over = false;
        bool stands = false; // held or paused
        std::deque<qint64> ended; // by look, the last ten minutes
    };
    using Subject = std::pair<SeriesKind, QString>;

    void onCommitted(const Stage &stage);
    void note(const Batch &batch);
    void look(Instant now);
    void add(SeriesKind fine, SeriesKind coarse, const QString &subject, const CountPoint &point);
    void storeFine();
    void storeCoarse();
    void countFailures();
    void removeOld(Instant now);

    Store &m_store;
    const Clock &m_clock;
    QHash<BatchId, Track> m_tracks;
    qint64 m_lastBatch = 0; // one that is newer began from nothing
    std::set<QString> m_projects;
    std::map<Subject, std::vector<CountPoint>> m_fine;
    std::map<Subject, CountPoint> m_coarse;
    QHash<MachineId, LoadRing> m_loads;
    QHash<MachineId, Instant> m_booted;
    QHash<MachineId, std::map<qint64, qint64>> m_failures; // by five minutes
    qint64 m_look = 0; // in units of 10 s, and so on
    qint64 m_minute = 0;
    qint64 m_five = 0;
    qint64 m_hour = 0;
};

} // namespace Drover
