#include "backend/store/columntext.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>

namespace Drover {

QString textOf(const QMap<QString, QString> &map)
{
    if (map.isEmpty())
        return {};
    QJsonObject object;
    for (auto it = map.cbegin(); it != map.cend(); ++it)
        object.insert(it.key(), it.value());
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

QString textOf(const QStringList &list)
{
    if (list.isEmpty())
        return {};
    return QString::fromUtf8(
        QJsonDocument(QJsonArray::fromStringList(list)).toJson(QJsonDocument::Compact));
}

QString textOf(const QList<qint64> &numbers)
{
    QJsonArray array;
    for (const qint64 number : numbers)
        array.append(number);
    return array.isEmpty()
        ? QString()
        : QString::fromUtf8(QJsonDocument(array).toJson(QJsonDocument::Compact));
}

QMap<QString, QString> mapOf(const QString &text)
{
    QMap<QString, QString> map;
    if (text.isEmpty())
        return map;
    const QJsonObject object = QJsonDocument::fromJson(text.toUtf8()).object();
    for (auto it = object.begin(); it != object.end(); ++it)
        map.insert(it.key(), it.value().toString());
    return map;
}

QStringList listOf(const QString &text)
{
    QStringList list;
    if (text.isEmpty())
        return list;
    for (const QJsonValue value : QJsonDocument::fromJson(text.toUtf8()).array())
        list.append(value.toString());
    return list;
}

QList<qint64> numbersOf(const QString &text)
{
    QList<qint64> numbers;
    if (text.isEmpty())
        return numbers;
    for (const QJsonValue value : QJsonDocument::fromJson(text.toUtf8()).array())
        numbers.append(value.toInteger());
    return numbers;
}

QString nameKey(const QString &name)
{
    return name.toCaseFolded();
}

} // namespace Drover
