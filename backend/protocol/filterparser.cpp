#include "backend/protocol/filterparser.h"

#include "backend/protocol/filtervalue.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr qsizetype longestFilter = 16 * 1024;
constexpr int mostComparisons = 500;
constexpr size_t mostValues = 1000;
constexpr int deepest = 32;

constexpr std::pair<QLatin1StringView, FilterOperator> operators[] = {
    // the longer first
    {"!="_L1, FilterOperator::NotEqual}, {"<="_L1, FilterOperator::LessEqual},
    {">="_L1, FilterOperator::GreaterEqual}, {"="_L1, FilterOperator::Equal},
    {"<"_L1, FilterOperator::Less}, {">"_L1, FilterOperator::Greater},
    {"~"_L1, FilterOperator::Matches},
};

bool isQuote(QChar c)
{
    return c == u'"' || c == u'\'';
}

bool isNumber(QStringView text)
{
    return !text.isEmpty()
        && std::ranges::all_of(text, [](QChar c) { return c >= u'0' && c <= u'9'; });
}

bool isConnective(QStringView text)
{
    return text.compare("and"_L1, Qt::CaseInsensitive) == 0
        || text.compare("or"_L1, Qt::CaseInsensitive) == 0
        || text.compare("not"_L1, Qt::CaseInsensitive) == 0;
}

} // namespace

Result<FilterNode> FilterParser::parse()
{
    if (m_text.size() > longestFilter) {
        return fail(ErrorCode::TooLarge, u"a filter has at most %1 characters, this one %2"_s
                                             .arg(longestFilter).arg(m_text.size()));
    }
    const auto control = std::ranges::find_if(m_text, [](QChar c) { return c.unicode() < 0x20 && !c.isSpace(); });
    if (control != m_text.cend())
        refuse(control - m_text.cbegin(), u"a control character"_s);
    // A half of a surrogate pair is what it becomes on disk and on the wire.
    m_text = QString::fromUtf8(m_text.toUtf8());
    FilterNode root;
    if (!isAtEnd() && !hasFailed())
        root = readOr();
    if (!isAtEnd() && !hasFailed()) {
        refuse(m_at, peek() == u')' ? u"a ) has no ("_s : u"\"%1\" is not expected here"_s.arg(peek()),
               u"put text in quotes"_s);
    }
    if (hasFailed())
        return *m_error;
    return root;
}

FilterNode FilterParser::readOr()
{
    skipBlanks();
    FilterNode first = readAnd();
    if (hasFailed() || !skipKeyword("or"_L1))
        return first;
    FilterNode node {.kind = FilterNode::Kind::Or, .position = first.position};
    node.parts.push_back(std::move(first));
    do
        node.parts.push_back(readAnd());
    while (!hasFailed() && skipKeyword("or"_L1));
    return ended(std::move(node));
}

FilterNode FilterParser::readAnd()
{
    FilterNode first = readTerm();
    FilterNode node {.kind = FilterNode::Kind::And, .position = first.position};
    node.parts.push_back(std::move(first));
    while (!hasFailed() && (skipKeyword("and"_L1) || isAtTerm()))
        node.parts.push_back(readTerm());
    if (node.parts.size() == 1) {
        FilterNode only = std::move(node.parts.front()); // not out of what is assigned to
        return only;
    }
    return ended(std::move(node));
}

FilterNode FilterParser::readTerm()
{
    skipBlanks();
    const qsizetype position = m_at;
    if (m_depth >= deepest) {
        refuse(position, u"it is nested deeper than %1"_s.arg(deepest));
        return {};
    }
    ++m_depth;
    FilterNode node;
    if (skip(u'(')) {
        node = readGroup();
    } else if (skipKeyword("not"_L1)) {
        node = {.kind = FilterNode::Kind::Not, .position = int(position)};
        node.parts.push_back(readTerm());
        node = ended(std::move(node));
    } else {
        node = readSimple();
    }
    --m_depth;
    if (++m_comparisons > mostComparisons)
        refuse(position, u"it has more than %1 comparisons"_s.arg(mostComparisons),
               u"in ( ) takes up to %1 values"_s.arg(mostValues));
    return node;
}

FilterNode FilterParser::readSimple()
{
    const Word word = readWord(Place::Bare);
    if (hasFailed())
        return {};
    if (!word.isQuoted && isAtOperator())
        return readComparison(word);
    if (!word.isQuoted && isNumber(word.text))
        return readNumbers(word);
    if (!word.isQuoted && isConnective(word.text)) {
        refuse(word.position, u"%1 connects nothing here"_s.arg(word.text), u"put text in quotes"_s);
        return {};
    }
    FilterNode node = compare(wordFieldOf(m_subject), FilterOperator::Contains, word.position);
    node.values.push_back({FilterValue::Kind::Text, 0, word.text.toCaseFolded()});
    return ended(std::move(node));
}

FilterNode FilterParser::readGroup()
{
    const qsizetype position = m_at - 1;
    FilterNode node = readOr();
    if (!hasFailed() && !skip(u')'))
        refuse(position, u"a ( has no )"_s);
    node.position = int(position);
    return ended(std::move(node));
}

FilterNode FilterParser::readNumbers(const Word &first)
{
    // Numbers side by side, or with commas, are one list of ids: no task has two.
    FilterNode node = compare(idFieldOf(m_subject), FilterOperator::Equal, first.position);
    addValue(node, first);
    while (!hasFailed()) {
        const qsizetype before = m_at;
        const bool comma = skip(u',');
        skipBlanks();
        const qsizetype begin = m_at;
        const Word word = peek().isDigit() ? readWord(Place::Bare) : Word {};
        if (!isNumber(word.text) || isAtOperator()) {
            if (comma)
                refuse(begin, u"an id is expected after the comma"_s);
            m_at = before;
            break;
        }
        addValue(node, word);
    }
    return ended(std::move(node));
}

FilterNode FilterParser::readComparison(const Word &word)
{
    const FilterFieldInfo *info = filterFieldNamed(word.text, m_subject);
    if (!info) {
        refuse(word.position, unknownFilterField(word.text, m_subject), u"put text in quotes"_s);
        return {};
    }
    FilterNode node = compare(info->field, FilterOperator::Equal, word.position);
    if (info->type == FilterType::Label) {
        node.key = word.text.sliced(int(sizeof "label"));
        if (node.key.isEmpty())
            refuse(word.position, u"label. is followed by no key"_s, u"as in label.student"_s);
    }
    if (skipKeyword("in"_L1)) {
        readList(node);
    } else if (skip(u':')) {
        readValues(node);
    } else if (const auto operation = readOperator(*info)) {
        node.operation = *operation;
        if (*operation == FilterOperator::Matches)
            return readPattern(std::move(node));
        skipBlanks();
        addValue(node, readWord(Place::Value));
    }
    return ended(std::move(node));
}

FilterNode FilterParser::readPattern(FilterNode node)
{
    skipBlanks();
    const Word word = readWord(Place::Value);
    if (hasFailed())
        return node;
    if (Result<Pattern> pattern = Pattern::compile(word.text))
        node.pattern = std::move(*pattern);
    else
        refuse(word.position, pattern.error().message);
    return ended(std::move(node));
}

void FilterParser::readList(FilterNode &node)
{
    const qsizetype position = m_at;
    if (!skip(u'('))
        return refuse(position, u"in is followed by ( )"_s);
    readValues(node);
    if (!hasFailed() && !skip(u')'))
        refuse(m_at, u"a list ends with )"_s, u"values are separated by commas"_s);
}

void FilterParser::readValues(FilterNode &node)
{
    do {
        skipBlanks();
        addValue(node, readWord(Place::Value));
    } while (!hasFailed() && skip(u','));
}

void FilterParser::addValue(FilterNode &node, const Word &word)
{
    if (hasFailed())
        return;
    if (node.values.size() >= mostValues)
        return refuse(word.position, u"it has more than %1 values"_s.arg(mostValues));
    const Result<FilterValue> value
        = filterValueOf(infoOf(node.field), node.operation, word.text, word.isQuoted);
    if (value)
        node.values.push_back(*value);
    else
        refuse(word.position, value.error().message);
}

FilterParser::Word FilterParser::readWord(Place place)
{
    if (isQuote(peek()))
        return readQuoted();
    static const QString ends = u"(),\"'=<>~"_s;
    Word word {.position = m_at};
    while (m_at < m_text.size()) {
        const QChar c = m_text[m_at];
        const bool isUnequal = c == u'!' && m_at + 1 < m_text.size() && m_text[m_at + 1] == u'=';
        if (c.isSpace() || ends.contains(c) || isUnequal || (c == u':' && place == Place::Bare))
            break;
        word.text += c;
        ++m_at;
    }
    if (word.text.endsWith(u'.') && place == Place::Bare && isQuote(peek()))
        word.text += readQuoted().text; // label."a key with blanks"
    if (word.text.isEmpty() && !hasFailed()) {
        const QString what = place == Place::Value ? u"a value"_s : u"a field, a word or a number"_s;
        refuse(m_at, m_at < m_text.size() ? u"%1 is expected, not \"%2\""_s.arg(what, peek())
                                          : u"%1 is expected at the end"_s.arg(what),
               u"put text in quotes"_s);
    }
    return word;
}

FilterParser::Word FilterParser::readQuoted()
{
    Word word {.isQuoted = true, .position = m_at};
    const QChar quote = m_text[m_at++];
    while (m_at < m_text.size()) {
        const QChar c = m_text[m_at++];
        if (c != quote) {
            word.text += c;
            continue;
        }
        if (peek() != quote || m_at >= m_text.size())
            return word;
        word.text += quote;
        ++m_at;
    }
    refuse(word.position, u"a quote is not closed"_s);
    return word;
}

std::optional<FilterOperator> FilterParser::readOperator(const FilterFieldInfo &info)
{
    skipBlanks();
    const qsizetype position = m_at;
    for (const auto &[text, operation] : operators) {
        if (!QStringView(m_text).sliced(m_at).startsWith(text))
            continue;
        m_at += text.size();
        if (filterAllows(info.type, operation))
            return operation;
        refuse(position, u"%1 is not compared by %2"_s.arg(QString(info.name), QString(text)),
               filterOperatorsOf(info.type));
        return std::nullopt;
    }
    refuse(position, u"%1 needs a comparison"_s.arg(QString(info.name)));
    return std::nullopt;
}

bool FilterParser::isAtOperator()
{
    const qsizetype before = m_at;
    skipBlanks();
    const QStringView rest = QStringView(m_text).sliced(m_at);
    bool is = rest.startsWith(u':')
        || std::ranges::any_of(operators, [&](const auto &each) { return rest.startsWith(each.first); });
    if (!is && skipKeyword("in"_L1)) {
        skipBlanks();
        is = peek() == u'(' && m_at < m_text.size();
    }
    m_at = before;
    return is;
}

bool FilterParser::skipKeyword(QLatin1StringView keyword)
{
    const qsizetype before = m_at;
    skipBlanks();
    const QStringView rest = QStringView(m_text).sliced(m_at);
    const QChar after = rest.size() > keyword.size() ? rest[keyword.size()] : QChar(u' ');
    if (rest.startsWith(keyword, Qt::CaseInsensitive) && (after.isSpace() || after == u'(')) {
        m_at += keyword.size();
        return true;
    }
    m_at = before;
    return false;
}

bool FilterParser::skip(QChar c)
{
    skipBlanks();
    if (m_at >= m_text.size() || m_text[m_at] != c)
        return false;
    ++m_at;
    return true;
}

bool FilterParser::isAtEnd()
{
    skipBlanks();
    return m_at >= m_text.size();
}

bool FilterParser::isAtTerm()
{
    const qsizetype before = m_at;
    const bool isOr = skipKeyword("or"_L1);
    m_at = before;
    return !isAtEnd() && !isOr && peek() != u')';
}

void FilterParser::skipBlanks()
{
    while (m_at < m_text.size() && m_text[m_at].isSpace())
        ++m_at;
}

void FilterParser::refuse(qsizetype position, const QString &reason, const QString &remedy)
{
    if (hasFailed())
        return;
    m_error = fail(ErrorCode::Invalid,
                   u"the filter is wrong at character %1: %2"_s.arg(position + 1).arg(reason));
    m_error->problems.append(Problem {.field = m_text.mid(position, 40).section(u' ', 0, 0),
                                      .reason = reason,
                                      .remedy = remedy});
}

FilterNode FilterParser::compare(FilterField field, FilterOperator operation, qsizetype position) const
{
    FilterNode node;
    node.kind = FilterNode::Kind::Compare;
    node.field = field;
    node.operation = operation;
    node.position = int(position);
    return node;
}

FilterNode FilterParser::ended(FilterNode node) const
{
    qsizetype end = m_at; // looking for what follows has passed over blanks
    while (end > node.position && m_text[end - 1].isSpace())
        --end;
    node.length = int(end) - node.position;
    return node;
}

} // namespace Drover
