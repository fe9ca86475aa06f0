#pragma once

#include <QtCore/QLatin1StringView>
#include <QtCore/QtGlobal>

#include <span>

namespace Drover {

enum class SettingType {
    Text,
    List, ///< of texts; in one text separated by commas
    Flag, ///< true or false; in a text also yes or no
    Number,
    Size, ///< "20MB", "1GiB"; a number is bytes
    Duration, ///< "10s", "5m", "2h", "14d"; a number is seconds
    Choice, ///< one of the words of `choices`
};

/// One setting: what it is called, what it is when nobody says anything, and what it may be. The
/// only place where a setting is declared: reading, checking and the printed defaults come from it.
struct SettingKey
{
    QLatin1StringView name; ///< as in TOML, with its tables: "log.file"
    SettingType type = SettingType::Text;
    QLatin1StringView fallback; ///< as one would write it, without quotes
    QLatin1StringView words; ///< what it is, for people
    qint64 least = 0; ///< of numbers; of sizes in bytes, of durations in ms
    qint64 most = 0; ///< 0: no bound
    QLatin1StringView choices = {}; ///< "text json"
    bool isReloaded = false; ///< SIGHUP is enough; else a restart
};

/// What there is for droverd, for drover-agent and for drover.
std::span<const SettingKey> daemonSettingKeys();
std::span<const SettingKey> agentSettingKeys();
std::span<const SettingKey> commandLineSettingKeys();

} // namespace Drover
