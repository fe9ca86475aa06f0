#pragma once

#include "backend/store/database.h"
#include "backend/store/store.h"

namespace Drover {

/// The one connection that writes: a stage becomes one transaction. Lives in the writer thread.
class Writer : public QObject
{
public:
    explicit Writer(StoreSettings settings) : m_settings(std::move(settings)) { }

    /// Connects and migrates.
    Result<void> open();

    void close() { m_database.reset(); }

    /// All of the stage or nothing of it.
    Result<void> write(const Stage &stage);

    /// Proves that it can write (else memory would be read for nothing), then reads everything in
    /// one transaction. Connects anew when the connection is lost.
    Result<Snapshot> load();

private:
    Result<void> writeRows(const Stage &stage);
    Result<void> prepareForLoad();
    Result<Snapshot> readAll();

    StoreSettings m_settings;
    std::unique_ptr<Database> m_database;
};

} // namespace Drover
