#include "backend/protocol/pattern.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr qsizetype longestPattern = 200;
constexpr int mostRepeats = 255; // PostgreSQL's limit
// Steps of one match before it is given up: some ms at the most, where honest ones need hundreds.
constexpr QLatin1StringView stepLimits = "(*LIMIT_MATCH=50000)(*LIMIT_DEPTH=5000)"_L1;

// What a class of characters is, inside [ ]; ASCII, or the two libraries differ by locale.
QLatin1StringView membersOf(QChar letter)
{
    switch (letter.unicode()) {
    case u'd':
        return "0-9"_L1;
    case u'w':
        return "a-zA-Z0-9_"_L1;
    case u's':
        return " \\t\\n\\r\\f\\v"_L1;
    default:
        return {};
    }
}

bool isPunctuation(QChar c)
{
    return c.unicode() > 0x20 && c.unicode() < 0x7f && !c.isLetterOrNumber();
}

// Reads the pattern once and writes it twice, for the two libraries.
class Translator
{
public:
    explicit Translator(QStringView text) : m_text(text) { }

    const QString &perl() const { return m_perl; }
    const QString &postgres() const { return m_postgres; }

    // What is wrong; empty: nothing.
    QString translate()
    {
        if (m_text.startsWith("(?i)"_L1)) {
            both(u"(?i)");
            m_at = 4;
        }
        while (m_at < m_text.size() && m_problem.isEmpty())
            next(take());
        if (m_groups != 0)
            refuse(u"a ( has no )"_s);
        return m_problem;
    }

private:
    // What stands before, for what repeats it.
    enum class Before { Nothing, Atom, Repetition };

    void both(QStringView text)
    {
        m_perl += text;
        m_postgres += text;
    }
    void atom(QStringView text)
    {
        both(text);
        m_before = Before::Atom;
    }
    void refuse(const QString &why)
    {
        if (m_problem.isEmpty())
            m_problem = why;
    }
    bool nextIs(QChar c) const { return m_at < m_text.size() && m_text[m_at] == c; }
    QChar take() { return m_at < m_text.size() ? m_text[m_at++] : QChar(); }

    void next(QChar c);
    void open();
    void close();
    void anchor(QStringView perl, QStringView postgres);
    void repeat(QStringView text);
    void bounds();
    std::optional<int> number();
    void escape(QChar c);
    void brackets();
    void member();

    QStringView m_text;
    QString m_perl;
    QString m_postgres;
    QString m_problem;
    qsizetype m_at = 0;
    int m_groups = 0;
    Before m_before = Before::Nothing;
};

void Translator::next(QChar c)
{
    switch (c.unicode()) {
    case u'\\':
        return escape(take());
    case u'[':
        return brackets();
    case u'(':
        return open();
    case u')':
        return close();
    case u'*':
    case u'+':
    case u'?':
        return repeat(QStringView(&c, 1));
    case u'{':
        return bounds();
    case u'^':
        return anchor(u"^", u"^");
    case u'$':
        return anchor(u"\\z", u"$"); // Perl's $ also matches before a last newline
    case u'|':
        return anchor(u"|", u"|");
    case u']':
    case u'}':
        return refuse(u"a %1 ends nothing; for the character write \\%1"_s.arg(c));
    default:
        return atom(QStringView(&c, 1));
    }
}

void Translator::open()
{
    if (m_text.sliced(m_at).startsWith("?:"_L1))
        m_at += 2;
    else if (nextIs(u'?'))
        return refuse(u"of what begins with (? there is (?: for a group and (?i) at the beginning"_s);
    ++m_groups;
    both(u"(?:");
    m_before = Before::Nothing;
}

void Translator::close()
{
    if (--m_groups < 0)
        return refuse(u"a ) has no ("_s);
    atom(u")");
}

void Translator::anchor(QStringView perl, QStringView postgres)
{
    m_perl += perl;
    m_postgres += postgres;
    m_before = Before::Nothing;
}

void Translator::repeat(QStringView text)
{
    if (m_before == Before::Nothing)
        return refuse(u"%1 has nothing before it to repeat; for the character write \\%2"_s.arg(text, text.first(1)));
    if (m_before == Before::Repetition)
        return refuse(u"one repetition follows another"_s);
    both(text);
    m_before = Before::Repetition;
}

std::optional<int> Translator::number()
{
    std::optional<int> value;
    while (m_at < m_text.size() && m_text[m_at] >= u'0' && m_text[m_at] <= u'9')
        value = std::min(value.value_or(0) * 10 + m_text[m_at++].digitValue(), mostRepeats + 1);
    return value;
}

void Translator::bounds()
{
    const qsizetype from = m_at - 1;
    const std::optional<int> least = number();
    std::optional<int> most = least;
    if (nextIs(u',')) {
        ++m_at;
        most = number();
    }
    if (!least || take() != u'}')
        return refuse(u"a { begins a repetition like {2} or {2,5}; for the character write \\{"_s);
    if (std::max(*least, most.value_or(0)) > mostRepeats || most.value_or(mostRepeats) < *least)
        return refuse(u"a repetition goes from a smaller number to a greater, up to %1"_s.arg(mostRepeats));
    repeat(m_text.sliced(from, m_at - from));
}

void Translator::escape(QChar c)
{
    const QLatin1StringView members = membersOf(c.toLower());
    if (!members.isEmpty()) {
        const QLatin1StringView begin = c.isUpper() ? "[^"_L1 : "["_L1;
        return atom(QString(begin + QString(members) + u']'));
    }
    if (c == u'b' || c == u'B')
        return anchor(c == u'b' ? u"\\b" : u"\\B", c == u'b' ? u"\\y" : u"\\Y");
    if (c == u'n' || c == u't' || c == u'r' || c == u'f' || isPunctuation(c))
        return atom(QString(u"\\"_s + c));
    refuse(c.isNull() ? u"a \\ stands at the end; for the character write \\\\"_s
                      : u"there is no \\%1"_s.arg(c));
}

void Translator::brackets()
{
    both(u"[");
    if (nextIs(u'^')) {
        ++m_at;
        both(u"^");
    }
    if (nextIs(u']'))
        return refuse(u"a [ is followed by ]; for the character write [\\]]"_s);
    while (m_problem.isEmpty() && m_at < m_text.size() && !nextIs(u']'))
        member();
    if (take() != u']')
        return refuse(u"a [ has no ]"_s);
    atom(u"]");
}

void Translator::member()
{
    const QChar c = take();
    if (c == u'[')
        return both(u"\\[");
    if (c != u'\\')
        return both(QStringView(&c, 1));
    const QChar escaped = take();
    if (const QLatin1StringView members = membersOf(escaped); !members.isEmpty())
        return both(QString(members));
    if (escaped == u'n' || escaped == u't' || escaped == u'r' || escaped == u'f' || isPunctuation(escaped))
        return both(QString(u"\\"_s + escaped));
    refuse(u"there is no \\%1 inside [ ]"_s.arg(escaped));
}

Error refused(const QString &why)
{
    return fail(ErrorCode::Invalid, u"not a regular expression: %1"_s.arg(why));
}

} // namespace

Result<Pattern> Pattern::compile(const QString &text)
{
    if (text.size() > longestPattern)
        return refused(u"it has more than %1 characters"_s.arg(longestPattern));
    if (std::ranges::any_of(text, [](QChar c) { return c.unicode() < 0x20 || c.isSurrogate(); }))
        return refused(u"it has a control character or one beyond the basic plane"_s);
    Translator translator(text);
    if (const QString problem = translator.translate(); !problem.isEmpty())
        return refused(problem);
    Pattern pattern;
    pattern.m_text = text;
    pattern.m_postgres = translator.postgres();
    pattern.m_expression = QRegularExpression(
        stepLimits + translator.perl(),
        QRegularExpression::DotMatchesEverythingOption | QRegularExpression::DontCaptureOption
            | QRegularExpression::UseUnicodePropertiesOption); // what a \\b stands between
    if (!pattern.m_expression.isValid())
        return refused(pattern.m_expression.errorString());
    return pattern;
}

bool Pattern::matches(const QString &subject) const
{
    return m_expression.match(subject).hasMatch();
}

} // namespace Drover
