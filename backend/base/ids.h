#pragma once

#include <QtCore/QDebug>
#include <QtCore/QHashFunctions>
#include <QtCore/QString>

#include <compare>

namespace Drover {

/// An id of one kind of thing, so that a task's cannot be handed where a batch's is meant.
/// 53-bit, from a stored high-water mark, never reused; 0 is none.
template<typename Tag>
struct Id
{
    qint64 value = 0;

    constexpr bool isNull() const { return value == 0; }
    constexpr explicit operator bool() const { return value != 0; }
    friend constexpr auto operator<=>(const Id &, const Id &) = default;
    friend size_t qHash(Id id, size_t seed = 0) { return ::qHash(id.value, seed); }
    friend QDebug operator<<(QDebug debug, Id id) { return debug.nospace() << id.value; }
};

using TaskId = Id<struct TaskTag>;
using BatchId = Id<struct BatchTag>;
using MachineId = Id<struct MachineTag>;
using PoolId = Id<struct PoolTag>;
using ProjectId = Id<struct ProjectTag>;
using UserId = Id<struct UserTag>;
using TokenId = Id<struct TokenTag>;
using SessionId = Id<struct SessionTag>;
using InvitationId = Id<struct InvitationTag>;
using OperationId = Id<struct OperationTag>;
using EventId = Id<struct EventTag>;
using AuditId = Id<struct AuditTag>;

/// One run of a task: the n-th, from 1.
struct AttemptId
{
    TaskId task;
    int n = 0;

    constexpr bool isNull() const { return n == 0; }
    friend constexpr auto operator<=>(const AttemptId &, const AttemptId &) = default;
    friend size_t qHash(AttemptId id, size_t seed = 0)
    {
        return qHashMulti(seed, id.task.value, id.n);
    }
    friend QDebug operator<<(QDebug debug, AttemptId id)
    {
        return debug.nospace() << id.task.value << '-' << id.n;
    }
};

/// "42-1", as run folders and links have it.
inline QString printed(AttemptId id)
{
    return QString::number(id.task.value) + QLatin1Char('-') + QString::number(id.n);
}

} // namespace Drover

template<typename Tag>
struct std::hash<Drover::Id<Tag>>
{
    size_t operator()(Drover::Id<Tag> id) const noexcept { return std::hash<qint64> {}(id.value); }
};

template<>
struct std::hash<Drover::AttemptId>
{
    size_t operator()(Drover::AttemptId id) const noexcept { return qHash(id); }
};
