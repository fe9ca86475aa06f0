#include "backend/store/arrayrows.h"

#include <QtCore/QtEndian>

namespace Drover {

namespace {

void appendInt32(QByteArray &to, qint32 value)
{
    char bytes[4];
    qToBigEndian(value, bytes);
    to.append(bytes, sizeof bytes);
}

// Object ids of the element types, fixed in PostgreSQL's catalogue.
qint32 elementType(ColumnType type)
{
    switch (type) {
    case ColumnType::Integer:
        return 20; // bigint
    case ColumnType::Text:
        return 25;
    case ColumnType::Blob:
        return 17; // bytea
    }
    return 0;
}

} // namespace

ArrayRows::ArrayRows(const RowShape &shape)
    : m_shape(shape), m_columns(shape.columns.size()), m_hasNull(shape.columns.size())
{
}

void ArrayRows::endRow()
{
    Q_ASSERT(m_column == m_columns.size());
    m_column = 0;
    ++m_rows;
}

void ArrayRows::moveTo(Statement &statement)
{
    for (size_t i = 0; i < m_columns.size(); ++i) {
        QByteArray array;
        array.reserve(20 + m_columns[i].size());
        appendInt32(array, 1); // dimensions
        appendInt32(array, m_hasNull[i]);
        appendInt32(array, elementType(m_shape.columns[i].type));
        appendInt32(array, m_rows);
        appendInt32(array, 1); // index of the first
        array += m_columns[i];
        statement.put(array);
        m_columns[i].clear();
        m_hasNull[i] = 0;
    }
    m_rows = 0;
    m_bytes = 0;
}

void ArrayRows::takeInteger(qint64 value)
{
    char bytes[8];
    qToBigEndian(value, bytes);
    append(bytes, sizeof bytes);
}

void ArrayRows::takeReal(double)
{
    Q_UNREACHABLE(); // no column is one
}

void ArrayRows::takeText(QByteArray utf8)
{
    utf8.replace('\0', "\xef\xbf\xbd"); // PostgreSQL has no such text
    append(utf8.constData(), utf8.size());
}

void ArrayRows::takeBlob(const QByteArray &value)
{
    append(value.constData(), value.size());
}

void ArrayRows::takeNull()
{
    appendInt32(m_columns[m_column], -1);
    m_hasNull[m_column++] = 1;
}

void ArrayRows::append(const char *bytes, qsizetype size)
{
    QByteArray &column = m_columns[m_column++];
    appendInt32(column, qint32(size));
    column.append(bytes, size);
    m_bytes += size + 4;
}

} // namespace Drover
