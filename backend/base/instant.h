#pragma once

#include <QtCore/QString>

#include <chrono>
#include <optional>

namespace Drover {

/// A moment in UTC, to the microsecond, as the store and the wire have it (INTEGER µs since 1970).
/// Not QDateTime: that has milliseconds, and a million tasks hold several moments each.
/// The epoch itself means "never".
using Instant = std::chrono::sys_time<std::chrono::microseconds>;

/// A moment of a clock that only goes forward; leases and timeouts are counted on it.
using SteadyInstant = std::chrono::time_point<std::chrono::steady_clock, std::chrono::microseconds>;

constexpr Instant never {};

constexpr bool isSet(Instant instant) { return instant != never; }
constexpr qint64 toMicroseconds(Instant instant) { return instant.time_since_epoch().count(); }
constexpr Instant fromMicroseconds(qint64 us) { return Instant(std::chrono::microseconds(us)); }

/// ISO 8601 in UTC to the millisecond, `2026-01-31T12:00:00.123Z`; empty for never.
QString toIso(Instant instant);

/// Reads ISO 8601 with or without zone (none: UTC).
std::optional<Instant> fromIso(const QString &text);

/// "4 m 51 s", "340 ms", "2 d 3 h": two units at most.
QString printedDuration(std::chrono::microseconds duration);

/// Reads "90", "90s", "1.5h", "2m30s", "500ms", "1d"; a bare number is seconds.
std::optional<std::chrono::milliseconds> durationOf(QStringView text);

} // namespace Drover
