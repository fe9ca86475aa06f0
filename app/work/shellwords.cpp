#include "app/work/shellwords.h"
#include "app/work/worktext.h"

#include <QtCore/QRegularExpression>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

// Reads one text; a member function for each way a character may stand.
class Splitter
{
public:
    explicit Splitter(const QString &text) : m_text(text) { }

    Result<ShellWords> split()
    {
        while (m_at < m_text.size()) {
            const QChar c = m_text[m_at];
            if (c == u'\'' ? !single() : c == u'"' ? !twice() : c == u'\\' ? !escaped() : !plain(c))
                return fail(ErrorCode::Invalid, m_problem);
        }
        endWord();
        return m_found;
    }

private:
    bool single()
    {
        const qsizetype end = m_text.indexOf(u'\'', m_at + 1);
        if (end < 0)
            return refuse(WorkText::tr("the quote ' at column %1 is not closed"));
        take(m_text.sliced(m_at + 1, end - m_at - 1));
        m_at = end + 1;
        return true;
    }

    bool twice()
    {
        QString inside;
        qsizetype at = m_at + 1;
        for (; at < m_text.size() && m_text[at] != u'"'; ++at) {
            // Inside double quotes a backslash takes away the meaning of these alone.
            if (m_text[at] == u'\\' && at + 1 < m_text.size()
                && u"\"\\$`"_s.contains(m_text[at + 1]))
                ++at;
            else if (m_text[at] == u'$' || m_text[at] == u'`')
                note(m_text.sliced(at, 1));
            inside += m_text[at];
        }
        if (at >= m_text.size())
            return refuse(WorkText::tr("the quote \" at column %1 is not closed"));
        take(inside);
        m_at = at + 1;
        return true;
    }

    bool escaped()
    {
        if (m_at + 1 >= m_text.size())
            return refuse(WorkText::tr("nothing follows the \\ at column %1"));
        take(m_text.sliced(m_at + 1, 1));
        m_at += 2;
        return true;
    }

    bool plain(QChar c)
    {
        ++m_at;
        if (c.isSpace()) {
            endWord();
            return true;
        }
        if (u"|&;<>()$`*?["_s.contains(c) || (u"#~"_s.contains(c) && !m_inWord))
            note(QString(c));
        take(QString(c));
        return true;
    }

    void take(const QString &piece)
    {
        m_word += piece;
        m_inWord = true;
    }

    void endWord()
    {
        if (m_inWord)
            m_found.words.append(m_word);
        m_word.clear();
        m_inWord = false;
    }

    void note(const QString &syntax)
    {
        if (m_found.shellSyntax.isEmpty())
            m_found.shellSyntax = syntax;
    }

    bool refuse(const QString &words)
    {
        m_problem = words.arg(m_at + 1);
        return false;
    }

    const QString &m_text;
    qsizetype m_at = 0;
    QString m_word;
    bool m_inWord = false; // '' is a word, and empty
    ShellWords m_found;
    QString m_problem;
};

} // namespace

Result<ShellWords> shellWords(const QString &text)
{
    return Splitter(text).split();
}

bool needsShell(const ShellWords &line)
{
    static const QRegularExpression assignment(u"^[A-Za-z_][A-Za-z0-9_]*="_s);
    static const QStringList own{
        u"."_s,    u":"_s,       u"!"_s,      u"{"_s,     u"alias"_s, u"break"_s,  u"case"_s,
        u"cd"_s,   u"command"_s, u"eval"_s,   u"exec"_s,  u"exit"_s,  u"export"_s, u"for"_s,
        u"if"_s,   u"read"_s,    u"return"_s, u"set"_s,   u"shift"_s, u"source"_s, u"trap"_s,
        u"type"_s, u"ulimit"_s,  u"umask"_s,  u"unset"_s, u"until"_s, u"wait"_s,   u"while"_s};
    if (!line.shellSyntax.isEmpty())
        return true;
    return !line.words.isEmpty()
        && (own.contains(line.words.first()) || assignment.match(line.words.first()).hasMatch());
}

QString shellQuoted(const QString &word)
{
    static const QRegularExpression harmless(u"^[A-Za-z0-9_@%+=:,./-]+$"_s);
    if (harmless.match(word).hasMatch() && !word.endsWith(u'\n'))
        return word;
    QString inside = word;
    inside.replace(u'\'', u"'\\''"_s);
    return u'\'' + inside + u'\'';
}

QString shellQuoted(const QStringList &words)
{
    QStringList quoted;
    for (const QString &word : words) {
        // In front, A=1 would be an assignment and no program.
        const bool assigns = quoted.isEmpty() && word.contains(u'=') && shellQuoted(word) == word;
        quoted.append(assigns ? u'\'' + word + u'\'' : shellQuoted(word));
    }
    return quoted.join(u' ');
}

} // namespace Drover
