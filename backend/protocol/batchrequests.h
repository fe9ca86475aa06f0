#pragma once

// Reading and steering batches.

#include "backend/protocol/batch.h"
#include "backend/protocol/envelope.h"

namespace Drover {

struct BatchList
{
    QList<Batch> batches;
    qint64 revision = 0;

    static constexpr auto fields()
    {
        return fieldList(field("batches", &BatchList::batches), field("revision", &BatchList::revision));
    }
    friend bool operator==(const BatchList &, const BatchList &) = default;
};

struct ListBatches
{
    static constexpr QLatin1StringView method {"batch.list"};
    static constexpr std::string_view words = "Batches, newest first: all live ones, and ended ones up to the limit.";
    using Reply = BatchList;
    QString name;
    int limit = 100;
    bool live = false;

    static constexpr auto fields()
    {
        return fieldList(field("name", &ListBatches::name, "id or name; empty: all"),
                          field("limit", &ListBatches::limit), field("live", &ListBatches::live, "only those not ended"));
    }
    friend bool operator==(const ListBatches &, const ListBatches &) = default;
};

struct SetBatch
{
    static constexpr QLatin1StringView method {"batch.set"};
    static constexpr std::string_view words = "Changes a batch; what is not given stays.";
    using Reply = Batch;
    BatchId id;
    std::optional<bool> held;
    std::optional<bool> paused;
    std::optional<bool> keep;
    std::optional<int> priority;
    std::optional<int> mostRunning;
    std::optional<QStringList> pools;
    std::optional<LeaseRule> leaseRule;
    std::optional<std::chrono::milliseconds> lease;
    std::optional<QString> shareBy;
    std::optional<QString> notes;

    static constexpr auto fields()
    {
        return fieldList(field("id", &SetBatch::id), field("held", &SetBatch::held),
                          field("paused", &SetBatch::paused), field("keep", &SetBatch::keep),
                          field("priority", &SetBatch::priority), field("mostRunning", &SetBatch::mostRunning),
                          field("pools", &SetBatch::pools), field("leaseRule", &SetBatch::leaseRule),
                          field("lease", &SetBatch::lease, "ms"), field("shareBy", &SetBatch::shareBy),
                          field("notes", &SetBatch::notes));
    }
    friend bool operator==(const SetBatch &, const SetBatch &) = default;
};

} // namespace Drover
