#include "backend/store/sqltext.h"

#include "backend/store/columntext.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

// '{"a","b"}', the text form of a PostgreSQL array.
QString arrayOf(const QStringList &texts)
{
    QStringList quoted;
    for (QString text : texts) {
        text.replace(u'\\', u"\\\\"_s).replace(u'"', u"\\\""_s);
        quoted.append(u'"' + text + u'"');
    }
    return u'{' + quoted.join(u',') + u'}';
}

} // namespace

QString SqlText::keep(Value value, QLatin1StringView type)
{
    m_values.append(std::move(value));
    return u"?%1"_s.arg(m_values.size()) + (m_dialect == Dialect::Postgres ? type : ""_L1);
}

QString SqlText::isOneOf(const QString &column, const QList<qint64> &numbers)
{
    QStringList texts;
    for (const qint64 number : numbers)
        texts.append(QString::number(number));
    if (m_dialect == Dialect::Postgres)
        return u"%1 = ANY (%2::bigint[])"_s.arg(column, value(arrayOf(texts)));
    return u"%1 IN (SELECT value FROM json_each(%2))"_s.arg(column,
                                                            value(u'[' + texts.join(u',') + u']'));
}

QString SqlText::isOneOf(const QString &column, const QStringList &texts)
{
    if (m_dialect == Dialect::Postgres)
        return u"%1 = ANY (%2::text[])"_s.arg(column, value(arrayOf(texts)));
    const QString json = texts.isEmpty() ? u"[]"_s : textOf(texts);
    return u"%1 IN (SELECT value FROM json_each(%2))"_s.arg(column, value(json));
}

std::unique_ptr<Statement> prepare(Database &database, const QString &sql, const SqlText &text)
{
    std::unique_ptr<Statement> statement = database.prepare(sql);
    for (const SqlText::Value &value : text.values())
        std::visit([&](const auto &each) { statement->put(each); }, value);
    return statement;
}

} // namespace Drover
