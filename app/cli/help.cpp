#include "app/cli/help.h"

#include "app/cli/clitext.h"
#include "app/cli/commands/commands.h"
#include "app/cli/texttable.h"
#include "app/work/oldwords.h"
#include "app/work/specreader.h"
#include "backend/protocol/filterfield.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

QString indented(const QString &text)
{
    QString lines;
    for (const QString &line : text.split(u'\n', Qt::SkipEmptyParts))
        lines += u"  "_s + line + u'\n';
    return lines;
}

QString optionName(const Option &option)
{
    const QString name
        = option.letter.isEmpty() ? option.name : option.letter + u", "_s + option.name;
    return option.value.isEmpty() ? name : name + u' ' + option.value;
}

QString optionsText(const QList<Option> &options, const Screen &screen)
{
    QList<std::pair<QString, QString>> pairs;
    for (const Option &option : options)
        pairs.append({optionName(option), option.words});
    return indented(printedPairs(pairs, screen));
}

QString title(const QString &text, const Screen &screen)
{
    return screen.toned(text, Tone::Strong) + u'\n';
}

QString exitText()
{
    return CliText::tr("What a script learns from the exit status:") + u'\n'
        + indented(exitStatusLines().join(u'\n'));
}

QString filterText(const Screen &screen)
{
    const QString text
        = CliText::tr("A filter says which tasks, in --where, in the console and in alert rules:\n"
                      "  state = failed and exit != 0\n"
                      "  batch:nightly label.student in (7, 8) not name ~ '^test'\n"
                      "  state:running,paused queued > -2h\n"
                      "f = v, !=, <, <=, >, >=, f in (a, b) (short f:a,b), f ~ REGEX; and, or, "
                      "not, ( ); side by\n"
                      "side means and. A bare word is a part of the name, bare numbers are ids. "
                      "Text with blanks or\n"
                      "signs stands in quotes, either kind; a doubled quote is one. Instants are "
                      "ISO, today, -2h.\n"
                      "state also takes unfinished and started.\n");
    QList<std::pair<QString, QString>> pairs;
    for (const FilterFieldInfo &field : filterFields())
        pairs.append({field.name, field.words});
    QList<std::pair<QString, QString>> audited;
    for (const FilterFieldInfo &field : filterFields(FilterSubject::Audit))
        audited.append({field.name, field.words});
    QList<std::pair<QString, QString>> happened;
    for (const FilterFieldInfo &field : filterFields(FilterSubject::Event))
        happened.append({field.name, field.words});
    return text + u'\n' + title(CliText::tr("Fields"), screen)
        + indented(printedPairs(pairs, screen)) + u'\n'
        + title(CliText::tr("Fields of the audit (a bare word: object contains it)"), screen)
        + indented(printedPairs(audited, screen)) + u'\n'
        + title(CliText::tr("Fields of events (a bare word: text contains it)"), screen)
        + indented(printedPairs(happened, screen));
}

QString jsonText()
{
    return CliText::tr("With --json a command prints one JSON document: the daemon's reply, every "
                       "field under the name that\n"
                       "drover api METHOD lists. Instants are ISO 8601 in UTC (null: never), "
                       "durations numbers in the unit that is\n"
                       "listed, sizes bytes. Notes, progress and errors go to standard error, as "
                       "text. Fields are only ever added.\n");
}

QString wordsText(const Screen &screen)
{
    QList<std::pair<QString, QString>> pairs;
    for (const OldWord &old : oldWords())
        pairs.append({old.word, old.why.isEmpty() ? old.now : old.now + u"  ("_s + old.why + u')'});
    return CliText::tr("What other systems call it, and what it is here:") + u'\n'
        + indented(printedPairs(pairs, screen));
}

QString specText(const Screen &screen)
{
    const QString example = CliText::tr(
        "A spec file is YAML or JSON with tasks, or a table (CSV, TSV) whose columns are fields, a "
        "task a row.\n"
        "\n"
        "  batch: nightly\n"
        "  defaults: {retry: {attempts: 3}, timeouts: {run: 2h}}\n"
        "  templates:\n"
        "    align:\n"
        "      command: [align, \"{sample}.fq\", --seed, \"{seed}\"]\n"
        "      needs: {memory: 4GB, cpu: 2}\n"
        "  tasks:\n"
        "    - template: align\n"
        "      name: \"align-{sample}-{seed}\"\n"
        "      each: {sample: [a, b], seed: [1, 2]}\n"
        "    - name: merge\n"
        "      shell: cat *.out > all\n"
        "      after: [\"align-*\"]\n"
        "\n"
        "Of defaults, a template, a task and the options of the command line the later counts "
        "more; maps are merged,\n"
        "null takes the default back. each: makes every combination of its values (of a list of "
        "maps, one task for\n"
        "each), from: FILE.csv one for each row; {key} stands for the value, {n} for the number, "
        "{{key}} for the braces.\n"
        "command as one text is split by the quoting rules of a shell, and runs without one. "
        "Sizes: 512MB, 2GiB; a\n"
        "letter alone is of 1024. Durations: 90s, 10m, 1h30m; a bare number is seconds.\n");
    QList<std::pair<QString, QString>> pairs;
    for (const SpecField &field : specFields())
        pairs.append({field.path, u"%1; %2"_s.arg(field.type, field.words)});
    return example + u'\n' + title(CliText::tr("Fields of a task"), screen)
        + indented(printedPairs(pairs, screen));
}

} // namespace

QString helpText(const Screen &screen)
{
    QList<std::pair<QString, QString>> pairs;
    for (const Command &command : commands()) {
        const QString name = command.path.join(u' ')
            + (command.operands.isEmpty() ? QString() : u' ' + command.operands);
        pairs.append({name, command.words});
    }
    pairs.append({u"completion bash|zsh|fish"_s,
                  CliText::tr("print a script that completes command lines")});
    pairs.append({u"help [COMMAND|%1]"_s.arg(helpTopics().join(u'|')),
                  CliText::tr("more about one of these")});
    return CliText::tr("drover: submit work, and see and steer it") + u"\n\n"_s
        + title(CliText::tr("Commands"), screen) + indented(printedPairs(pairs, screen)) + u'\n'
        + title(CliText::tr("Options of every command"), screen)
        + optionsText(commonOptions(), screen) + u'\n' + title(CliText::tr("Exit status"), screen)
        + indented(exitStatusLines().join(u'\n'));
}

QString helpText(const Command &command, const Screen &screen)
{
    QString text = u"drover "_s + command.path.join(u' ');
    if (!command.operands.isEmpty())
        text += u' ' + command.operands;
    text += u"\n  "_s + command.words + u'\n';
    for (const QStringList &other : command.also)
        text += CliText::tr("  also: drover %1").arg(other.join(u' ')) + u'\n';
    if (!command.options.isEmpty())
        text
            += u'\n' + title(CliText::tr("Options"), screen) + optionsText(command.options, screen);
    text += u'\n' + title(CliText::tr("Options of every command"), screen)
        + optionsText(commonOptions(), screen);
    if (!command.more.isEmpty())
        text += u'\n' + command.more + u'\n';
    return text + u'\n' + title(CliText::tr("Exit status"), screen)
        + indented(exitStatusLines().join(u'\n'));
}

QStringList helpTopics()
{
    return {u"exit"_s, u"filter"_s, u"spec"_s, u"json"_s, u"words"_s};
}

QString topicText(const QString &topic, const Screen &screen)
{
    if (topic == "exit"_L1)
        return exitText();
    if (topic == "filter"_L1)
        return filterText(screen);
    if (topic == "spec"_L1)
        return specText(screen);
    if (topic == "json"_L1)
        return jsonText();
    if (topic == "words"_L1)
        return wordsText(screen);
    return {};
}

} // namespace Drover
