#include "backend/store/rowwriter.h"

#include "backend/store/arrayrows.h"

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

QStringList namesOf(std::span<const Column> columns)
{
    QStringList names;
    for (const Column &column : columns)
        names.append(QString(column.name));
    return names;
}

// "?1, ?2, …" of SQLite, "?1::bigint[], ?2::text[], …" of PostgreSQL.
QStringList marksOf(std::span<const Column> columns, Dialect dialect)
{
    QStringList marks;
    for (const Column &column : columns) {
        const QLatin1StringView array = column.type == ColumnType::Integer ? "::bigint[]"_L1
            : column.type == ColumnType::Text                              ? "::text[]"_L1
                                                                           : "::bytea[]"_L1;
        marks.append(u"?%1"_s.arg(marks.size() + 1) + (dialect == Dialect::Postgres ? array : ""_L1));
    }
    return marks;
}

QString updateSql(const RowShape &shape, Dialect dialect)
{
    const QStringList marks = marksOf(shape.columns, dialect);
    const auto keys = shape.columns.first(size_t(shape.keys));
    const auto rest = shape.columns.subspan(size_t(shape.keys));
    if (dialect == Dialect::Sqlite) {
        const auto mark = [&](const Column &column) {
            return marks.at(&column - shape.columns.data());
        };
        return u"UPDATE %1 SET %2 WHERE %3"_s.arg(QString(shape.table), assignments(rest, u", ", mark),
                                                  assignments(keys, u" AND ", mark));
    }
    const auto given = [](const Column &column) { return u"given."_s + QString(column.name); };
    QStringList sameKeys;
    for (const QString &key : namesOf(keys))
        sameKeys.append(u"%1.%2 = given.%2"_s.arg(QString(shape.table), key));
    return u"UPDATE %1 SET %2 FROM unnest(%3) AS given (%4) WHERE %5"_s.arg(
        QString(shape.table), assignments(rest, u", ", given), marks.join(u", "),
        namesOf(shape.columns).join(u", "), sameKeys.join(u" AND "));
}

QString insertSql(const RowShape &shape, Dialect dialect)
{
    const QStringList names = namesOf(shape.columns);
    const QString marks = marksOf(shape.columns, dialect).join(u", ");
    QString sql = u"INSERT INTO %1 (%2) "_s.arg(QString(shape.table), names.join(u", "))
        + (dialect == Dialect::Sqlite ? u"VALUES (%1)"_s : u"SELECT * FROM unnest(%1)"_s).arg(marks);
    if (shape.kind != RowShape::Kind::Upsert)
        return sql;
    const auto excluded = [](const Column &column) { return u"excluded."_s + QString(column.name); };
    return sql
        + u" ON CONFLICT (%1) DO UPDATE SET %2"_s.arg(
            names.first(shape.keys).join(u", "),
            assignments(shape.columns.subspan(size_t(shape.keys)), u", ", excluded));
}

} // namespace

QString sqlOf(const RowShape &shape, Dialect dialect)
{
    return shape.kind == RowShape::Kind::Update ? updateSql(shape, dialect) : insertSql(shape, dialect);
}

RowWriter::RowWriter(Database &database, const RowShape &shape)
    : m_statement(database.prepared(shape)),
      m_arrays(database.dialect() == Dialect::Postgres ? std::make_unique<ArrayRows>(shape) : nullptr),
      m_row(m_arrays ? static_cast<ValueSink *>(m_arrays.get()) : &m_statement)
{
}

RowWriter::~RowWriter() = default;
RowWriter::RowWriter(RowWriter &&other) noexcept = default;

Result<int> RowWriter::endRow()
{
    if (!m_arrays)
        return m_statement.run();
    m_arrays->endRow();
    if (!m_arrays->isFull())
        return 1;
    if (const Result<void> written = finish(); !written)
        return written.error();
    return 1;
}

Result<void> RowWriter::finish()
{
    if (!m_arrays || m_arrays->isEmpty())
        return {};
    m_arrays->moveTo(m_statement);
    const Result<int> written = m_statement.run();
    return written ? Result<void>() : written.error();
}

} // namespace Drover
