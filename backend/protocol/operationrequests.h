#pragma once

// Reading and steering the daemon's long work.

#include "backend/protocol/envelope.h"
#include "backend/protocol/operation.h"

namespace Drover {

struct OperationList
{
    QList<Operation> operations;
    qint64 revision = 0;

    static constexpr auto fields()
    {
        return fieldList(field("operations", &OperationList::operations),
                         field("revision", &OperationList::revision));
    }
    friend bool operator==(const OperationList &, const OperationList &) = default;
};

struct ListOperations
{
    static constexpr QLatin1StringView method{"operation.list"};
    static constexpr std::string_view words = "Operations, newest first.";
    using Reply = OperationList;
    int limit = 100;

    static constexpr auto fields()
    {
        return fieldList(field("limit", &ListOperations::limit, "1 to 1000"));
    }
    friend bool operator==(const ListOperations &, const ListOperations &) = default;
};

struct GetOperation
{
    static constexpr QLatin1StringView method{"operation.get"};
    static constexpr std::string_view words
        = "One operation; with `wait` it answers when it has gone on, or when it has ended.";
    using Reply = Operation;
    OperationId id;
    qint64 since = 0;
    std::chrono::milliseconds wait{0};

    static constexpr auto fields()
    {
        return fieldList(
            field("id", &GetOperation::id),
            field("since", &GetOperation::since, "rev of it that is known: waits for a later one"),
            field("wait", &GetOperation::wait, "ms, at most 60,000"));
    }
    friend bool operator==(const GetOperation &, const GetOperation &) = default;
};

struct CancelOperation
{
    static constexpr QLatin1StringView method{"operation.cancel"};
    static constexpr std::string_view words
        = "Stops an operation; what it has done stays done, and can be undone.";
    using Reply = Operation;
    OperationId id;

    static constexpr auto fields() { return fieldList(field("id", &CancelOperation::id)); }
    friend bool operator==(const CancelOperation &, const CancelOperation &) = default;
};

struct UndoOperation
{
    static constexpr QLatin1StringView method{"operation.undo"};
    static constexpr std::string_view words = "Takes back what an operation did, where nothing has "
                                              "changed since; goes on as an operation.";
    using Reply = Operation;
    OperationId id;

    static constexpr auto fields() { return fieldList(field("id", &UndoOperation::id)); }
    friend bool operator==(const UndoOperation &, const UndoOperation &) = default;
};

} // namespace Drover
