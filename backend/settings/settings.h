#pragma once

#include "backend/base/logsettings.h"
#include "backend/settings/settingkey.h"

#include <QtCore/QMap>
#include <QtCore/QStringList>

#include <chrono>
#include <functional>
#include <variant>

namespace Drover {

/// Where settings come from; a later one counts more: defaults, `files` in their order, the
/// environment, `--set`.
struct SettingSources
{
    QStringList files; ///< read where they are there
    QString file; ///< of --settings: takes the place of `files`, and must be there
    QString environmentPrefix; ///< "DROVERD_": log.file is DROVERD_LOG_FILE
    QStringList sets; ///< "key=value", of --set
    /// A variable of the environment; empty: not set. Replaced by tests.
    std::function<QString(const QString &)> environment = {};
};

/// The settings of one program: a value for each of its declared keys. Any thread.
class Settings
{
public:
    /// Everything that is wrong, at once, each with its file, line, key, reason and remedy: keys
    /// nobody knows, values that are none or out of range, TOML that is none.
    static Result<Settings> read(std::span<const SettingKey> keys, const SettingSources &sources);

    /// Nothing but the defaults.
    static Settings defaults(std::span<const SettingKey> keys);

    // Of a key that is declared with that type.
    QString text(QLatin1StringView key) const;
    QStringList list(QLatin1StringView key) const;
    bool flag(QLatin1StringView key) const;
    qint64 number(QLatin1StringView key) const; ///< of sizes the bytes
    std::chrono::milliseconds duration(QLatin1StringView key) const;

    /// Whether anybody has said it, rather than the defaults.
    bool isGiven(QLatin1StringView key) const { return m_given.contains(key); }
    /// Keys whose values differ.
    QStringList differences(const Settings &other) const;

    using Value = std::variant<qint64, bool, QString, QStringList>;

private:
    QMap<QLatin1StringView, Value> m_values;
    QStringList m_given;
};

/// What the keys `log.*` say, which daemon and agent have in common. Invalid for log.levels that
/// name no category.
Result<LogSettings> logSettingsOf(const Settings &settings);

/// A file with every key, its default and what it is; what it says is what is so without it.
QString printedDefaults(std::span<const SettingKey> keys, const QString &program);

/// `/etc/drover/NAME.toml`, then the user's own in $XDG_CONFIG_HOME/drover.
QStringList settingFiles(const QString &name);

} // namespace Drover
