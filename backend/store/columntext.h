#pragma once

#include "backend/base/ids.h"

#include <QtCore/QList>
#include <QtCore/QMap>
#include <QtCore/QStringList>

namespace Drover {

// Small collections lie in one text column as JSON, so that a person with a database shell can
// read them; an empty one is the empty text. What cannot be read back is an empty one.

QString textOf(const QMap<QString, QString> &map);
QString textOf(const QStringList &list);
QString textOf(const QList<qint64> &numbers);

QMap<QString, QString> mapOf(const QString &text);
QStringList listOf(const QString &text);
QList<qint64> numbersOf(const QString &text);

/// What names compare by: case-folded, as Unicode says.
QString nameKey(const QString &name);

} // namespace Drover
