#include "app/work/problems.h"
#include "app/work/spectext.h"
#include "app/work/worktext.h"

#include <QtCore/QJsonDocument>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

/// Walks a document that QJsonDocument has found to be well-formed, only to learn what it does not
/// tell: on which line each part stands, numbers as they were written, keys that stand twice.
class JsonWalker
{
public:
    JsonWalker(const QString &file, const QString &text) : m_file(file), m_text(text) { }

    Problems problems;

    SpecNode value(int depth = 0)
    {
        skipSpace();
        if (depth > deepestSpec) {
            problems.add({m_file,
                          m_line,
                          {},
                          WorkText::tr("nested more than %1 deep").arg(deepestSpec),
                          {}});
            m_at = m_text.size();
            return {};
        }
        const QChar first = peek();
        if (first == u'{')
            return map(depth);
        if (first == u'[')
            return list(depth);
        const int line = m_line;
        return first == u'"' ? SpecNode::ofText(string(), line) : bare();
    }

private:
    QChar peek() const { return m_at < m_text.size() ? m_text[m_at] : QChar(); }

    void skipSpace()
    {
        for (; m_at < m_text.size() && m_text[m_at].isSpace(); ++m_at)
            m_line += m_text[m_at] == u'\n' ? 1 : 0;
    }

    // Past the separator: true when another part follows.
    bool goesOn(QChar end)
    {
        skipSpace();
        const QChar c = peek();
        ++m_at;
        return c != end && m_at < m_text.size();
    }

    SpecNode list(int depth)
    {
        SpecNode node = SpecNode::ofList({}, m_line);
        ++m_at;
        skipSpace();
        if (peek() == u']')
            return ++m_at, node;
        do {
            node.items.append(value(depth + 1));
        } while (goesOn(u']'));
        return node;
    }

    SpecNode map(int depth)
    {
        SpecNode node = SpecNode::ofMap(m_line);
        ++m_at;
        skipSpace();
        if (peek() == u'}')
            return ++m_at, node;
        do {
            skipSpace();
            const int line = m_line;
            const QString key = string();
            skipSpace();
            ++m_at; // the colon
            SpecNode inner = value(depth + 1);
            if (node.find(key))
                problems.add({m_file, line, key, WorkText::tr("stands here twice"),
                              WorkText::tr("leave one of them")});
            else if (node.entries.size() == mostSpecKeys)
                problems.add(
                    {m_file,
                     line,
                     key,
                     WorkText::tr("is one key too many; a map has at most %1").arg(mostSpecKeys),
                     {}});
            else
                node.entries.append(SpecEntry{key, line, std::move(inner)});
        } while (goesOn(u'}'));
        return node;
    }

    QString string()
    {
        QString text;
        for (++m_at; m_at < m_text.size() && m_text[m_at] != u'"'; ++m_at)
            text += m_text[m_at] == u'\\' ? escape() : m_text[m_at];
        ++m_at;
        return text;
    }

    QChar escape()
    {
        const QChar c = ++m_at < m_text.size() ? m_text[m_at] : QChar();
        switch (c.unicode()) {
        case u'n':
            return u'\n';
        case u't':
            return u'\t';
        case u'r':
            return u'\r';
        case u'b':
            return u'\b';
        case u'f':
            return u'\f';
        case u'u': {
            const ushort unit = QStringView(m_text).sliced(m_at + 1).left(4).toUShort(nullptr, 16);
            m_at += 4;
            return QChar(unit); // halves of a pair come one after the other, as QString has them
        }
        default:
            return c;
        }
    }

    SpecNode bare()
    {
        const qsizetype start = m_at;
        while (m_at < m_text.size() && !m_text[m_at].isSpace() && !u",]}"_s.contains(m_text[m_at]))
            ++m_at;
        const QString word = m_text.sliced(start, m_at - start);
        if (word != "null"_L1)
            return SpecNode::ofText(word, m_line);
        SpecNode nothing;
        nothing.line = m_line;
        return nothing;
    }

    const QString &m_file;
    const QString &m_text;
    qsizetype m_at = 0;
    int m_line = 1;
};

} // namespace

Result<SpecNode> jsonNode(const QString &file, const QByteArray &bytes)
{
    const Result<QString> text = textOf(file, bytes);
    if (!text)
        return text.error();
    const QByteArray utf8 = text->toUtf8(); // without the mark, which QJsonDocument does not take
    QJsonParseError wrong;
    QJsonDocument::fromJson(utf8, &wrong);
    if (wrong.error != QJsonParseError::NoError) {
        const int line
            = 1 + int(utf8.first(std::min<qsizetype>(wrong.offset, utf8.size())).count('\n'));
        return problem(
            {file, line, {}, WorkText::tr("is not JSON: %1").arg(wrong.errorString()), {}});
    }
    JsonWalker walker(file, *text);
    SpecNode root = walker.value();
    if (!walker.problems.isEmpty())
        return walker.problems.error();
    return root;
}

} // namespace Drover
