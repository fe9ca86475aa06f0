#pragma once

#include "backend/base/result.h"
#include "backend/store/valuesink.h"

namespace Drover {

/// A prepared statement of one connection. Parameters are put in order, then it is run, or its
/// rows are read one by one. A statement that could not be prepared says so when it is run.
/// Lives in the thread of its Database.
class Statement : public ValueSink
{
public:
    /// All parameters at once.
    template<typename... Values>
    Statement &with(const Values &...values)
    {
        (put(values), ...);
        return *this;
    }

    /// Carries it out, whatever rows there are unread; the number of rows changed.
    virtual Result<int> run() = 0;

    /// Steps to the next row, the first time after carrying it out; false when there is none
    /// left, or on an error: `finish()` says which, and must be called before it is used again.
    virtual bool next() = 0;
    virtual Result<void> finish() = 0;

    virtual bool isNull(int column) const = 0;
    virtual qint64 integer(int column) const = 0;
    virtual double real(int column) const = 0;
    virtual QString text(int column) const = 0;
    virtual QByteArray blob(int column) const = 0;
};

/// Reads the columns of a statement's present row one after the other, as ValueSink put them.
class RowReader
{
public:
    explicit RowReader(const Statement &statement, int first = 0)
        : m_statement(statement), m_column(first)
    {
    }

    template<typename... Values>
    void read(Values &...values)
    {
        (readOne(values), ...);
    }

private:
    void readOne(qint64 &value) { value = m_statement.integer(m_column++); }
    void readOne(int &value) { value = int(m_statement.integer(m_column++)); }
    void readOne(bool &value) { value = m_statement.integer(m_column++) != 0; }
    void readOne(quint64 &value) { value = quint64(m_statement.integer(m_column++)); }
    void readOne(QString &value) { value = m_statement.text(m_column++); }
    void readOne(QByteArray &value) { value = m_statement.blob(m_column++); }
    void readOne(Instant &value) { value = fromMicroseconds(m_statement.integer(m_column++)); }
    template<typename Rep, typename Period>
    void readOne(std::chrono::duration<Rep, Period> &value)
    {
        value = std::chrono::duration<Rep, Period>(m_statement.integer(m_column++));
    }
    template<typename Tag>
    void readOne(Id<Tag> &value)
    {
        value.value = m_statement.integer(m_column++);
    }
    template<NamedEnum E>
    void readOne(E &value)
    {
        value = E(int(m_statement.integer(m_column++)));
    }
    template<typename T>
    void readOne(std::optional<T> &value)
    {
        if (m_statement.isNull(m_column)) {
            value.reset();
            ++m_column;
        } else {
            readOne(value.emplace());
        }
    }

    const Statement &m_statement;
    int m_column;
};

} // namespace Drover
