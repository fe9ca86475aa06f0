#pragma once

#include "app/mirror/mirror.h"
#include "backend/protocol/seriesrequests.h"
#include "ui/widgets/keyedmodel.h"

#include <QtCore/QSet>

namespace Drover {

/// The load of a machine over the last ten minutes, as a cell draws it: 60 steps of 10 s.
struct LoadCurves
{
    static constexpr int steps = 60;

    qint64 last = 0; ///< number of the newest step since 1970
    QList<float> cpu; ///< 0 to 1; NaN: not known
    QList<float> memory;
    QList<float> disk;
    QList<float> net; ///< bytes a second, in and out

    /// The newest figure stands for its step.
    void add(Instant at, float cpuPart, float memoryPart, float diskPart, float netBytes);
};

/// Machines, each a row that changes in place; rows come, go and move only by `settle`. GUI thread.
class MachineModel : public KeyedModel<MachineId>
{
    Q_OBJECT

public:
    explicit MachineModel(QObject *parent = nullptr);

    void reset(const QMap<MachineId, Machine> &machines);
    void apply(const MachineChanges &changes);
    /// What was before this console looked.
    void setHistory(const QList<LoadSeries> &series);
    /// Now by the daemon's clock, and its version, which agents are compared with.
    void setNow(Instant now, bool utc);
    void setVersion(const QString &version);

    void setWords(const QString &words); ///< name, pools, address, labels
    void setStates(const QSet<MachineState> &states); ///< none: all
    void setSkewOnly(bool only);
    void setOrder(const QString &order);

    qint64 unsettled() const;
    void settle();

    const Machine *machineAt(int row) const;
    const Machine *find(MachineId machine) const;
    qint64 all() const { return m_machines.size(); }
    QMap<MachineState, qint64> countsByState() const;
    qint64 skewed() const;
    bool isSkewed(const Machine &machine) const;

    QString rowWords(int row) const override;

protected:
    Cell cell(int row, int column) const override;

private:
    bool matchesWords(const Machine &machine) const;
    bool matches(const Machine &machine) const;
    bool isBefore(const Machine &a, const Machine &b) const;
    QList<MachineId> wanted() const;
    void note(const Machine &machine);
    Cell stateCell(const Machine &machine) const;
    Cell loadCell(const Machine &machine, const QString &column) const;
    Cell seenCell(const Machine &machine) const;

    QMap<MachineId, Machine> m_machines;
    QHash<MachineId, LoadCurves> m_curves;
    QHash<MachineId, qint64> m_failed; ///< in the last hour
    QHash<MachineId, Instant> m_booted;
    QStringList m_words;
    QSet<MachineState> m_states;
    bool m_skewOnly = false;
    QString m_order = QStringLiteral("name");
    QString m_version;
    Instant m_now;
    bool m_utc = true;
};

/// Is its agent out of reach, so that figures of it are of before?
bool isAway(MachineState state);
/// Of the disk that its work lies on; 0: not known.
qint64 workDisk(const Machine &machine);

} // namespace Drover
