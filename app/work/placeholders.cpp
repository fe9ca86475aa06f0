#include "app/work/placeholders.h"

#include "app/work/shellwords.h"

#include <QtCore/QFileInfo>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

// A name as columns and keys have it; not `3`, which is a quantifier in many a pattern.
bool isWord(QStringView text)
{
    if (text.isEmpty() || !(text.front().isLetter() || text.front() == u'_'))
        return false;
    for (const QChar c : text) {
        if (!c.isLetterOrNumber() && c != u'_' && c != u'-')
            return false;
    }
    return true;
}

/// Follows a shell text's quotes, to know how a value must be written where it is put.
class QuoteState
{
public:
    void pass(QChar c)
    {
        if (m_escaped)
            m_escaped = false;
        else if (c == u'\\' && m_quote != u'\'')
            m_escaped = true;
        else if (m_quote == c)
            m_quote = QChar();
        else if (m_quote.isNull() && (c == u'\'' || c == u'"'))
            m_quote = c;
    }

    QString quoted(const QString &value) const
    {
        if (m_quote.isNull())
            return shellQuoted(value);
        QString text = value;
        if (m_quote == u'\'')
            return text.replace(u'\'', u"'\\''"_s);
        QString escaped;
        for (const QChar c : value) {
            if (u"\\\"$`"_s.contains(c))
                escaped += u'\\';
            escaped += c;
        }
        return escaped;
    }

private:
    QChar m_quote;
    bool m_escaped = false;
};

class Filler
{
public:
    Filler(const QString &text, const PlaceholderValues &values, PlaceholderUse &use,
           PlaceholderQuoting quoting)
        : m_text(text)
        , m_values(values)
        , m_use(use)
        , m_quoting(quoting)
    {
    }

    QString fill()
    {
        while (m_at < m_text.size()) {
            if (m_text[m_at] != u'{' || (m_at > 0 && m_text[m_at - 1] == u'$') || !placeholder())
                pass(1);
        }
        return m_filled;
    }

private:
    bool placeholder()
    {
        const bool doubled = m_at + 1 < m_text.size() && m_text[m_at + 1] == u'{';
        const qsizetype start = m_at + (doubled ? 2 : 1);
        constexpr qsizetype longest = 200; // as long as a name may be
        const qsizetype length = QStringView(m_text).sliced(start).left(longest).indexOf(u'}');
        if (length < 0)
            return false;
        const qsizetype end = start + length;
        const QString word = m_text.sliced(start, length);
        if (doubled) {
            const bool closed = end + 1 < m_text.size() && m_text[end + 1] == u'}';
            if (!closed || !(isWord(word) || m_values.contains(word)))
                return false;
            m_filled += u'{' + word + u'}';
            m_at = end + 2;
            return true;
        }
        const auto value = m_values.constFind(word);
        if (value == m_values.cend())
            return unknown(word);
        ++m_use.used;
        m_filled += m_quoting == PlaceholderQuoting::Shell ? m_state.quoted(*value) : *value;
        m_at = end + 1;
        return true;
    }

    bool unknown(const QString &word)
    {
        if (isWord(word) && !m_use.unknown.contains(word))
            m_use.unknown.append(word);
        return false;
    }

    void pass(qsizetype count)
    {
        for (; count > 0; --count, ++m_at) {
            m_state.pass(m_text[m_at]);
            m_filled += m_text[m_at];
        }
    }

    const QString &m_text;
    const PlaceholderValues &m_values;
    PlaceholderUse &m_use;
    PlaceholderQuoting m_quoting;
    QuoteState m_state;
    qsizetype m_at = 0;
    QString m_filled;
};

SpecNode everywhere(SpecNode node, const PlaceholderValues &values, PlaceholderUse &use)
{
    if (node.kind == SpecNode::Kind::Text)
        node.text = filledIn(node.text, values, use);
    for (SpecNode &item : node.items)
        item = everywhere(std::move(item), values, use);
    for (SpecEntry &entry : node.entries) {
        entry.key = filledIn(entry.key, values, use);
        entry.value = everywhere(std::move(entry.value), values, use);
    }
    return node;
}

} // namespace

QString filledIn(const QString &text, const PlaceholderValues &values, PlaceholderUse &use,
                 PlaceholderQuoting quoting)
{
    if (!text.contains(u'{'))
        return text;
    return Filler(text, values, use, quoting).fill();
}

SpecNode filledIn(SpecNode task, const PlaceholderValues &values, PlaceholderUse &use)
{
    for (SpecEntry &entry : task.entries) {
        const bool line = entry.value.kind == SpecNode::Kind::Text
            && (entry.key == "shell"_L1 || entry.key == "command"_L1);
        if (line)
            entry.value.text = filledIn(entry.value.text, values, use, PlaceholderQuoting::Shell);
        else
            entry.value = everywhere(std::move(entry.value), values, use);
    }
    return task;
}

PlaceholderValues placeholdersOf(const QString &path, qint64 n)
{
    const QFileInfo info(path.endsWith(u'/') && path.size() > 1 ? path.chopped(1) : path);
    const QString name = info.fileName();
    const qsizetype dot = name.lastIndexOf(u'.');
    return {{u""_s, path},
            {u"name"_s, name},
            {u"stem"_s, dot > 0 ? name.first(dot) : name},
            {u"dir"_s, info.path()},
            {u"n"_s, QString::number(n)}};
}

} // namespace Drover
