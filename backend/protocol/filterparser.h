#pragma once

#include "backend/protocol/filter.h"

namespace Drover {

/// Reads the text of a filter once, from left to right, without going back; the first thing that
/// is wrong is what it says.
class FilterParser
{
public:
    FilterParser(const QString &text, FilterSubject subject) : m_text(text), m_subject(subject) { }

    Result<FilterNode> parse();

private:
    struct Word
    {
        QString text;
        bool isQuoted = false;
        qsizetype position = 0;
    };
    enum class Place { Bare, Value };

    FilterNode readOr();
    FilterNode readAnd();
    FilterNode readTerm();
    FilterNode readSimple();
    FilterNode readGroup();
    FilterNode readNumbers(const Word &first);
    FilterNode readComparison(const Word &field);
    FilterNode readPattern(FilterNode node);
    void readValues(FilterNode &node);
    void readList(FilterNode &node);
    void addValue(FilterNode &node, const Word &word);
    QString readKey(const Word &field);

    Word readWord(Place place);
    Word readQuoted();
    bool skipOperator(QStringView text);
    std::optional<FilterOperator> readOperator(const FilterFieldInfo &info);
    bool isAtOperator();
    bool skipKeyword(QLatin1StringView keyword);
    bool skip(QChar c);
    bool isAtEnd();
    bool isAtTerm();
    QChar peek() const { return m_at < m_text.size() ? m_text[m_at] : QChar(); }
    void skipBlanks();

    void refuse(qsizetype position, const QString &reason, const QString &remedy = {});
    bool hasFailed() const { return m_error.has_value(); }
    FilterNode compare(FilterField field, FilterOperator operation, qsizetype position) const;
    FilterNode ended(FilterNode node) const;

    QString m_text;
    FilterSubject m_subject;
    qsizetype m_at = 0;
    int m_depth = 0;
    int m_comparisons = 0;
    std::optional<Error> m_error;
};

} // namespace Drover
