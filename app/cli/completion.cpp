#include "app/cli/completion.h"

#include "app/cli/commands/commands.h"
#include "app/cli/help.h"
#include "app/work/shellwords.h"

#include <QtCore/QMap>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

/// What may follow some words: verbs and options.
struct Place
{
    QStringList verbs;
    QList<Option> options;
};

void addPath(const QStringList &path, const QList<Option> &options, QMap<QString, Place> &places)
{
    QString before;
    for (const QString &word : path) {
        QStringList &verbs = places[before].verbs;
        if (!verbs.contains(word))
            verbs.append(word);
        before += before.isEmpty() ? word : u' ' + word;
    }
    places[before].options = options + commonOptions();
}

QMap<QString, Place> allPlaces()
{
    QMap<QString, Place> places;
    for (const Command &command : commands()) {
        addPath(command.path, command.options, places);
        for (const QStringList &other : command.also)
            addPath(other, command.options, places);
    }
    addPath({u"help"_s}, {}, places);
    QStringList &topics = places[u"help"_s].verbs;
    topics = helpTopics();
    for (const QString &verb : places.value({}).verbs)
        topics.append(verb);
    for (const QString &shell : {u"bash"_s, u"zsh"_s, u"fish"_s})
        addPath({u"completion"_s, shell}, {}, places);
    return places;
}

// bash, and zsh through its bashcompinit: one function with a case for each place.
QString bashScript()
{
    QString places;
    QString choices;
    const QMap<QString, Place> all = allPlaces();
    for (auto it = all.cbegin(); it != all.cend(); ++it) {
        QStringList words = it->verbs;
        for (const Option &option : it->options)
            words.append(option.name);
        places += u"    %1) words=%2 ;;\n"_s.arg(
            shellQuoted(it.key().isEmpty() ? u"-"_s : it.key()), shellQuoted(words.join(u' ')));
        for (const Option &option : it->options) {
            if (!option.choices.isEmpty())
                choices
                    += u"    %1) COMPREPLY=($(compgen -W %2 -- \"$current\")); return ;;\n"_s.arg(
                        shellQuoted(it.key() + u' ' + option.name),
                        shellQuoted(option.choices.join(u' ')));
        }
    }
    return uR"(# completion of drover; in bash: source <(drover completion bash)
_drover() {
  local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}" place="" word words i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="${COMP_WORDS[i]}"
    [[ $word == -- ]] && { COMPREPLY=($(compgen -f -c -- "$current")); return; }
    [[ $word == -* ]] && continue
    case "$place" in
      "") place="$word" ;;
      task|batch|machine|login|attempt|daemon|help|completion) [[ $place == *" "* ]] || place="$place $word" ;;
    esac
  done
  case "$place $previous" in
%1  esac
  case "${place:--}" in
%2    *) words="" ;;
  esac
  if [[ -z $words && $place == *" "* ]]; then
    case "${place%% *}" in
%2    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [[ $current != -* ]] && COMPREPLY+=($(compgen -f -- "$current"))
}
complete -o filenames -F _drover drover
)"_s.arg(choices, places);
}

QString zshScript()
{
    return u"#compdef drover\n# completion of drover; in zsh: source <(drover completion zsh)\n"
           "autoload -U +X bashcompinit && bashcompinit\n"_s
        + bashScript();
}

QString fishCondition(const QString &place)
{
    if (place.isEmpty())
        return u"__fish_use_subcommand"_s;
    QStringList conditions;
    for (const QString &word : place.split(u' '))
        conditions.append(u"__fish_seen_subcommand_from "_s + word);
    return conditions.join(u"; and "_s);
}

QString fishScript()
{
    QString script = u"# completion of drover; in fish: drover completion fish | source\n"_s;
    const QMap<QString, Place> all = allPlaces();
    for (auto it = all.cbegin(); it != all.cend(); ++it) {
        const QString condition
            = u"complete -c drover -n "_s + shellQuoted(fishCondition(it.key()));
        if (!it->verbs.isEmpty())
            script += condition + u" -f -a "_s + shellQuoted(it->verbs.join(u' ')) + u'\n';
        for (const Option &option : it->options) {
            script += condition + u" -l "_s + option.name.sliced(2);
            if (!option.letter.isEmpty())
                script += u" -s "_s + option.letter.sliced(1);
            if (option.takes != Option::Takes::Nothing)
                script += u" -r"_s;
            if (!option.choices.isEmpty())
                script += u" -f -a "_s + shellQuoted(option.choices.join(u' '));
            script += u" -d "_s + shellQuoted(option.words) + u'\n';
        }
    }
    return script;
}

} // namespace

QString completionScript(const QString &shell)
{
    if (shell == "bash"_L1)
        return bashScript();
    if (shell == "zsh"_L1)
        return zshScript();
    if (shell == "fish"_L1)
        return fishScript();
    return {};
}

} // namespace Drover
