#pragma once

#include "backend/store/database.h"

#include <QtCore/QStringList>

#include <variant>

namespace Drover {

/// SQL that is put together at run time: text, and the values its parameters stand for. Nothing
/// that came from outside gets into the text.
class SqlText
{
public:
    using Value = std::variant<qint64, double, QString>;

    explicit SqlText(Dialect dialect) : m_dialect(dialect) { }

    Dialect dialect() const { return m_dialect; }

    /// Keeps the value and returns its parameter, "?3"; of PostgreSQL with its type, or it would
    /// take that of the column beside it, which the value may not fit.
    QString value(qint64 number) { return keep(number, QLatin1StringView("::bigint")); }
    QString value(double number) { return keep(number, QLatin1StringView("::double precision")); }
    QString value(const QString &text) { return keep(text, QLatin1StringView("::text")); }
    /// "column IN (…)" over a list of any length, as one parameter.
    QString isOneOf(const QString &column, const QList<qint64> &numbers);
    QString isOneOf(const QString &column, const QStringList &texts);

    const QList<Value> &values() const { return m_values; }

private:
    QString keep(Value value, QLatin1StringView type);

    Dialect m_dialect;
    QList<Value> m_values;
};

/// Prepares `sql` and puts the values that were kept while it was written.
std::unique_ptr<Statement> prepare(Database &database, const QString &sql, const SqlText &text);

} // namespace Drover
