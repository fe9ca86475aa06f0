#include "backend/store/rowwriter.h"

#include <QtCore/QStringList>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

QString assignments(std::span<const Column> columns, QStringView separator, const auto &value)
{
    QStringList parts;
    for (const Column &column : columns)
        parts.append(QString(column.name) + u" = "_s + value(column));
    return parts.join(separator);
}

QString sqliteSql(const RowShape &shape)
{
    QStringList names;
    QStringList marks;
    for (const Column &column : shape.columns) {
        names.append(QString(column.name));
        marks.append(u"?%1"_s.arg(names.size()));
    }
    const auto keys = shape.columns.first(size_t(shape.keys));
    const auto rest = shape.columns.subspan(size_t(shape.keys));
    if (shape.kind == RowShape::Kind::Update) {
        const auto mark = [&](const Column &column) {
            return marks.at(&column - shape.columns.data());
        };
        return u"UPDATE %1 SET %2 WHERE %3"_s.arg(QString(shape.table), assignments(rest, u", ", mark),
                                                  assignments(keys, u" AND ", mark));
    }
    QString sql = u"INSERT INTO %1 (%2) VALUES (%3)"_s.arg(QString(shape.table), names.join(u", "),
                                                           marks.join(u", "));
    if (shape.kind == RowShape::Kind::Upsert) {
        const auto excluded = [](const Column &column) {
            return u"excluded."_s + QString(column.name);
        };
        sql += u" ON CONFLICT (%1) DO UPDATE SET %2"_s.arg(
            names.first(shape.keys).join(u", "), assignments(rest, u", ", excluded));
    }
    return sql;
}

} // namespace

QString sqlOf(const RowShape &shape, Dialect)
{
    return sqliteSql(shape);
}

} // namespace Drover
