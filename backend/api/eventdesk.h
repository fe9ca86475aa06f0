#pragma once

#include "backend/api/rooms.h"

#include <QtCore/QTimer>

namespace Drover {

/// Sees what the rooms put on the stage, and what machines are like, and writes down of it what a
/// person may want to know: in the same commit. What has no row of its own is told by whoever does
/// it (Rooms::events). Lives in the state thread.
class EventDesk : public QObject
{
    Q_OBJECT

public:
    explicit EventDesk(Rooms &rooms, QObject *parent = nullptr);

    /// What was so before is not told again.
    void restore();

private:
    void look(const Stage &stage);
    void lookAt(const Batch &batch);
    void lookAt(const TaskChange &change);
    void lookAt(const Operation &operation);
    void lookAt(const AuditRow &row);
    void lookAt(const StoredStray &stray);
    void onSecond();
    void lookAtMachines();
    void lookAtStorms();
    bool isNews(const QString &what, Instant when);
    QString projectOf(BatchId batch) const;

    Rooms &m_rooms;
    QHash<MachineId, MachineState> m_told; // lost or offline; those that are there are not in it
    QSet<MachineId> m_known;
    QHash<QString, Instant> m_storms; // pool, and when it began
    QHash<QString, Instant> m_recent; // told within the last minute: rows are put more than once
    QTimer m_second;
};

} // namespace Drover
