#pragma once

#include "app/cli/screen.h"
#include "backend/protocol/codec.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonObject>

namespace Drover {

/// JSON for programs: every field of a message under its name on the wire, whether it has its
/// default or not; instants as ISO 8601 in UTC (null: never), durations as the wire has them,
/// bytes as base64url. Documented in `drover help json`.
inline QJsonValue jsonOf(bool value)
{
    return value;
}
inline QJsonValue jsonOf(int value)
{
    return value;
}
inline QJsonValue jsonOf(qint64 value)
{
    return value;
}
inline QJsonValue jsonOf(quint64 value)
{
    return qint64(value);
}
inline QJsonValue jsonOf(double value)
{
    return value;
}
inline QJsonValue jsonOf(const QString &value)
{
    return value;
}
inline QJsonValue jsonOf(std::chrono::milliseconds value)
{
    return qint64(value.count());
}
inline QJsonValue jsonOf(std::chrono::microseconds value)
{
    return qint64(value.count());
}

inline QJsonValue jsonOf(Instant value)
{
    return isSet(value) ? QJsonValue(toIso(value)) : QJsonValue();
}

inline QJsonValue jsonOf(const QByteArray &value)
{
    return QString::fromLatin1(
        value.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals));
}

template <typename Tag> QJsonValue jsonOf(Id<Tag> value)
{
    return value.value;
}

template <NamedEnum E> QJsonValue jsonOf(E value)
{
    return enumText(value);
}

template <typename T> QJsonValue jsonOf(const QMap<QString, T> &values);
template <HasFields T> QJsonValue jsonOf(const T &value);

template <typename T> QJsonValue jsonOf(const std::optional<T> &value)
{
    return value ? jsonOf(*value) : QJsonValue();
}

template <typename T> QJsonValue jsonOf(const QList<T> &values)
{
    QJsonArray array;
    for (const T &value : values)
        array.append(jsonOf(value));
    return array;
}

template <typename T> QJsonValue jsonOf(const QMap<QString, T> &values)
{
    QJsonObject object;
    for (auto it = values.cbegin(); it != values.cend(); ++it)
        object.insert(it.key(), jsonOf(it.value()));
    return object;
}

template <HasFields T> QJsonValue jsonOf(const T &value)
{
    QJsonObject object;
    forEachField<T>([&](const auto &each) {
        object.insert(QLatin1StringView(each.name.data(), qsizetype(each.name.size())),
                      jsonOf(value.*(each.member)));
    });
    return object;
}

/// The document, indented, on standard output.
void printJson(Screen &screen, const QJsonValue &value);

} // namespace Drover
