#include "backend/settings/settings.h"

#include "backend/settings/settingreader.h"

#include <QtCore/QStandardPaths>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Drover {

Settings Settings::defaults(std::span<const SettingKey> keys)
{
    Settings settings;
    for (const SettingKey &key : keys) {
        const Result<Value> value = settingOf(key, QString(key.fallback));
        Q_ASSERT_X(value, "settings", qPrintable(QString(key.name)));
        settings.m_values.insert(key.name, *value);
    }
    return settings;
}

Result<Settings> Settings::read(std::span<const SettingKey> keys, const SettingSources &sources)
{
    Settings settings = defaults(keys);
    SettingReader reader(keys);
    if (!sources.file.isEmpty())
        reader.readFile(sources.file, SettingReader::Missing::IsWrong);
    for (const QString &file : sources.file.isEmpty() ? sources.files : QStringList())
        reader.readFile(file, SettingReader::Missing::IsFine);
    if (!sources.environmentPrefix.isEmpty())
        reader.readEnvironment(sources.environmentPrefix, sources.environment);
    for (const QString &set : sources.sets)
        reader.readSet(set);
    if (!reader.problems().isEmpty()) {
        return Error {.code = ErrorCode::Invalid,
                      .message = u"the settings are wrong in %1 place(s)"_s.arg(reader.problems().size()),
                      .problems = reader.problems()};
    }
    for (auto it = reader.values().cbegin(); it != reader.values().cend(); ++it) {
        settings.m_values.insert(it.key(), it.value());
        settings.m_given.append(QString(it.key()));
    }
    return settings;
}

QString Settings::text(QLatin1StringView key) const
{
    Q_ASSERT(m_values.contains(key));
    return std::get<QString>(m_values.value(key));
}

QStringList Settings::list(QLatin1StringView key) const
{
    Q_ASSERT(m_values.contains(key));
    return std::get<QStringList>(m_values.value(key));
}

bool Settings::flag(QLatin1StringView key) const
{
    Q_ASSERT(m_values.contains(key));
    return std::get<bool>(m_values.value(key));
}

qint64 Settings::number(QLatin1StringView key) const
{
    Q_ASSERT(m_values.contains(key));
    return std::get<qint64>(m_values.value(key));
}

std::chrono::milliseconds Settings::duration(QLatin1StringView key) const
{
    return std::chrono::milliseconds(number(key));
}

QStringList Settings::differences(const Settings &other) const
{
    QStringList keys;
    for (auto it = m_values.cbegin(); it != m_values.cend(); ++it) {
        if (other.m_values.value(it.key()) != it.value())
            keys.append(QString(it.key()));
    }
    return keys;
}

Result<LogSettings> logSettingsOf(const Settings &settings)
{
    const auto levels = logLevelsOf(settings.list("log.levels"_L1));
    if (!levels)
        return levels.error();
    return LogSettings {.file = settings.text("log.file"_L1),
                        .format = settings.text("log.format"_L1) == u"json" ? LogFormat::Json : LogFormat::Text,
                        .rotateBytes = settings.number("log.rotate-size"_L1),
                        .rotateKeep = int(settings.number("log.rotate-keep"_L1)),
                        .level = logLevelOf(settings.text("log.level"_L1)).value_or(LogLevel::Info),
                        .levels = *levels};
}

namespace {

QString written(const SettingKey &key)
{
    const QString fallback {key.fallback};
    switch (key.type) {
    case SettingType::Number:
    case SettingType::Flag:
        return fallback;
    case SettingType::List: {
        QStringList quoted;
        for (const QString &word : fallback.split(u',', Qt::SkipEmptyParts))
            quoted.append(u'"' + word.trimmed() + u'"');
        return u'[' + quoted.join(u", ") + u']';
    }
    default:
        return u'"' + fallback + u'"';
    }
}

QString boundsOf(const SettingKey &key)
{
    QStringList parts;
    if (!key.choices.isEmpty())
        parts.append(QString(key.choices).replace(u' ', u", "_s));
    if (key.most > 0)
        parts.append(rangeOf(key));
    if (key.isReloaded)
        parts.append(u"taken over on SIGHUP"_s);
    return parts.isEmpty() ? QString() : u" ("_s + parts.join(u"; ") + u')';
}

} // namespace

QString printedDefaults(std::span<const SettingKey> keys, const QString &program)
{
    QString text = u"# Settings of %1: every key, with its default. A line counts without the # before it.\n"_s.arg(program);
    QString table;
    for (const SettingKey &key : keys) {
        const QString name {key.name};
        const QString inTable = name.contains(u'.') ? name.section(u'.', 0, -2) : QString();
        if (inTable != table) {
            table = inTable;
            text += u"\n[%1]\n"_s.arg(table);
        }
        text += u"\n# %1%2\n# %3 = %4\n"_s.arg(QString(key.words), boundsOf(key), name.section(u'.', -1), written(key));
    }
    return text;
}

QStringList settingFiles(const QString &name)
{
    const QString own = QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation);
    return {u"/etc/drover/%1.toml"_s.arg(name), u"%1/drover/%2.toml"_s.arg(own, name)};
}

} // namespace Drover
