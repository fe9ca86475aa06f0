#pragma once

#include "backend/settings/settings.h"

namespace Drover {

/// Reads what people have said of settings, one source after the other, and gathers all that is
/// wrong. For Settings::read.
class SettingReader
{
public:
    explicit SettingReader(std::span<const SettingKey> keys) : m_keys(keys) { }

    enum class Missing { IsFine, IsWrong };
    void readFile(const QString &path, Missing missing);
    /// TOML, at most 1 MB.
    void readToml(const QByteArray &toml, const QString &path);
    void readEnvironment(const QString &prefix, const std::function<QString(const QString &)> &environment);
    void readSet(const QString &set);

    const QMap<QLatin1StringView, Settings::Value> &values() const { return m_values; }
    const QList<Problem> &problems() const { return m_problems; }

private:
    const SettingKey *keyOf(const QString &name, const QString &where, int line);
    void take(const SettingKey &key, const Result<Settings::Value> &value, const QString &where, int line);

    std::span<const SettingKey> m_keys;
    QMap<QLatin1StringView, Settings::Value> m_values;
    QList<Problem> m_problems;
};

/// What a text means as a value of that key; Invalid says what is expected.
Result<Settings::Value> settingOf(const SettingKey &key, const QString &text);

/// "10 to 100", in the words of its type.
QString rangeOf(const SettingKey &key);

} // namespace Drover
