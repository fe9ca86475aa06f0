#pragma once

#include "backend/store/rowwriter.h"

namespace Drover {

/// Rows of a list as PostgreSQL takes them: one array a column, in its binary form.
class ArrayRows final : public ValueSink
{
public:
    explicit ArrayRows(const RowShape &shape);

    void endRow();
    /// Enough for one statement.
    bool isFull() const { return m_rows >= 5000 || m_bytes >= 16 * 1024 * 1024; }
    bool isEmpty() const { return m_rows == 0; }

    /// Puts one array a column on the statement, and is empty again.
    void moveTo(Statement &statement);

protected:
    void takeInteger(qint64 value) override;
    void takeReal(double value) override;
    void takeText(QByteArray utf8) override;
    void takeBlob(const QByteArray &value) override;
    void takeNull() override;

private:
    void append(const char *bytes, qsizetype size);

    const RowShape &m_shape;
    std::vector<QByteArray> m_columns;
    std::vector<char> m_hasNull;
    size_t m_column = 0;
    qint32 m_rows = 0;
    qint64 m_bytes = 0;
};

} // namespace Drover
