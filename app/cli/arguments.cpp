#include "app/cli/arguments.h"

#include "app/cli/clitext.h"
#include "app/work/problems.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

bool looksLikeOption(const QString &word)
{
    return word.size() > 1 && word.startsWith(u'-') && !word[1].isDigit();
}

class Parser
{
public:
    Parser(const QStringList &arguments, const QList<Option> &options)
        : m_arguments(arguments)
        , m_options(options)
    {
    }

    Result<Arguments> parse()
    {
        while (m_at < m_arguments.size()) {
            const QString word = m_arguments.at(m_at++);
            if (word == "--"_L1) {
                m_parsed.hasCommand = true;
                m_parsed.command = m_arguments.sliced(m_at);
                break;
            }
            if (!looksLikeOption(word))
                m_parsed.words.append(word);
            else if (const Result<void> done
                     = word.startsWith("--"_L1) ? longOption(word) : letters(word);
                     !done)
                return done.error();
        }
        return m_parsed;
    }

private:
    const Option *find(const QString &name) const
    {
        for (const Option &option : m_options) {
            if (option.name == name || (!option.letter.isEmpty() && option.letter == name))
                return &option;
        }
        return nullptr;
    }

    Error unknown(const QString &name) const
    {
        QStringList known;
        for (const Option &option : m_options)
            known.append(option.name);
        const QString near = nearest(name, known);
        const QString remedy = near.isEmpty() ? CliText::tr("--help lists them")
                                              : CliText::tr("did you mean %1?").arg(near);
        return fail(ErrorCode::Invalid, CliText::tr("there is no option %1; %2").arg(name, remedy));
    }

    Result<void> longOption(const QString &word)
    {
        const qsizetype equals = word.indexOf(u'=');
        const QString name = equals < 0 ? word : word.first(equals);
        const Option *option = find(name);
        if (!option)
            return unknown(name.left(60));
        if (equals < 0)
            return take(*option, {});
        if (option->takes == Option::Takes::Nothing)
            return fail(ErrorCode::Invalid, CliText::tr("%1 takes no value").arg(name));
        return take(*option, word.sliced(equals + 1));
    }

    Result<void> letters(const QString &word)
    {
        for (qsizetype i = 1; i < word.size(); ++i) {
            const Option *option = find(u'-' + word.sliced(i, 1));
            if (!option)
                return unknown(word.left(60));
            if (option->takes == Option::Takes::Nothing) {
                m_parsed.add(option->name, {});
                continue;
            }
            const QString rest = word.sliced(i + 1);
            return take(*option, rest.isEmpty() ? std::optional<QString>() : rest);
        }
        return {};
    }

    Result<void> take(const Option &option, const std::optional<QString> &attached)
    {
        if (option.takes == Option::Takes::Nothing) {
            m_parsed.add(option.name, {});
            return {};
        }
        if (option.takes == Option::Takes::One && m_parsed.has(option.name))
            return fail(ErrorCode::Invalid,
                        CliText::tr("%1 stands there twice; give it once").arg(option.name));
        QStringList values;
        if (attached)
            values.append(*attached);
        else if (option.takes == Option::Takes::Words)
            values = wordsHere();
        else if (m_at < m_arguments.size() && m_arguments.at(m_at) != "--"_L1
                 && !looksLikeOption(m_arguments.at(m_at)))
            values.append(m_arguments.at(m_at++));
        if (values.isEmpty()) {
            return fail(ErrorCode::Invalid,
                        CliText::tr("%1 needs %2; write %1=%2 where it begins with -")
                            .arg(option.name, option.value));
        }
        m_parsed.add(option.name, values);
        return {};
    }

    QStringList wordsHere()
    {
        QStringList words;
        while (m_at < m_arguments.size() && !looksLikeOption(m_arguments.at(m_at)))
            words.append(m_arguments.at(m_at++));
        return words;
    }

    const QStringList &m_arguments;
    const QList<Option> &m_options;
    qsizetype m_at = 0;
    Arguments m_parsed;
};

} // namespace

Option flag(QString name, QString words, QString letter)
{
    return {.name = std::move(name),
            .value = {},
            .words = std::move(words),
            .takes = Option::Takes::Nothing,
            .letter = std::move(letter)};
}

QString Arguments::value(const QString &option, const QString &otherwise) const
{
    const auto found = m_values.constFind(option);
    return found == m_values.cend() || found->isEmpty() ? otherwise : found->last();
}

Result<Arguments> parseArguments(const QStringList &arguments, const QList<Option> &options)
{
    return Parser(arguments, options).parse();
}

} // namespace Drover
