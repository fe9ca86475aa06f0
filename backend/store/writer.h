#pragma once

#include "backend/store/database.h"
#include "backend/store/leadership.h"
#include "backend/store/store.h"

#include <QtCore/QTimer>

namespace Drover {

/// The one connection that writes: a stage becomes one transaction. Lives in the writer thread.
class Writer : public QObject
{
    Q_OBJECT

public:
    explicit Writer(StoreSettings settings);

    /// Connects, migrates, and takes the lead where several daemons may. Conflict: another daemon
    /// has the database.
    Result<void> open();

    void close();

    /// All of the stage or nothing of it.
    Result<void> write(const Stage &stage);

    /// Proves that it can write (else memory would be read for nothing), then reads everything in
    /// one transaction. Connects anew when the connection is lost.
    Result<Snapshot> load();

signals:
    /// Noticed while there was nothing to write: the connection is lost, or another daemon leads.
    void lost(const Drover::Error &error);

private:
    bool isPostgres() const { return !m_settings.postgres.isEmpty(); }
    Result<void> transact(const Stage &stage);
    void onPulse();
    Result<void> writeRows(const Stage &stage);
    Result<void> prepareForLoad();
    Result<Snapshot> readAll();

    StoreSettings m_settings;
    std::unique_ptr<Database> m_database;
    Leadership m_leadership; // PostgreSQL only
    QTimer m_pulse; // PostgreSQL only
};

} // namespace Drover
