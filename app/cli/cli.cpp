#include "app/cli/cli.h"

#include "app/cli/clitext.h"
#include "app/cli/commands/commands.h"
#include "app/cli/completion.h"
#include "app/cli/help.h"
#include "app/work/oldwords.h"
#include "app/work/problems.h"
#include "backend/base/version.h"

#include <QtCore/QTimer>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr auto watchEvery = 2s;

// Options that stand before the command go behind it.
QStringList commandFirst(const QStringList &arguments)
{
    qsizetype at = 0;
    while (at < arguments.size() && arguments.at(at).startsWith(u'-')
           && arguments.at(at) != "--"_L1)
        at += arguments.at(at) == "--profile"_L1 ? 2 : 1;
    if (at >= arguments.size())
        return arguments;
    // Behind the first word only: verbs follow it.
    QStringList words;
    qsizetype verbs = at;
    while (verbs < arguments.size() && verbs < at + 2 && !arguments.at(verbs).startsWith(u'-'))
        words.append(arguments.at(verbs++));
    return words + arguments.first(at) + arguments.sliced(verbs);
}

bool begins(const QStringList &words, const QStringList &path)
{
    return words.size() >= path.size() && words.first(path.size()) == path;
}

// The command whose path is the longest that the words begin with, and how long that is.
std::pair<const Command *, qsizetype> longestMatch(const QStringList &words)
{
    const Command *found = nullptr;
    qsizetype length = 0;
    for (const Command &command : commands()) {
        for (const QStringList &path : QList<QStringList>{command.path} + command.also) {
            if (begins(words, path) && path.size() > length) {
                found = &command;
                length = path.size();
            }
        }
    }
    return {found, length};
}

QString unknownCommand(const QStringList &words)
{
    const QString word = words.first();
    if (const OldWord *old = oldWord(word)) {
        const QString why = old->why.isEmpty() ? QString() : u" ("_s + old->why + u')';
        return CliText::tr("%1 is called %2 here%3; drover help lists the commands")
            .arg(word.left(80), old->now, why);
    }
    QStringList known{u"help"_s, u"completion"_s};
    for (const Command &command : commands()) {
        known.append(command.path.first());
        for (const QStringList &other : command.also)
            known.append(other.first());
    }
    known.removeDuplicates();
    const QString near = nearest(word, known);
    if (!near.isEmpty())
        return CliText::tr("there is no command %1; did you mean %2?").arg(word.left(80), near);
    return CliText::tr("there is no command %1; drover help lists them").arg(word.left(80));
}

// "drover batch sat x": the second word was meant as a verb.
QString unknownVerb(const QStringList &words)
{
    QStringList verbs;
    for (const Command &command : commands()) {
        for (const QStringList &path : QList<QStringList>{command.path} + command.also) {
            if (path.size() == 2 && path.first() == words.first())
                verbs.append(path.last());
        }
    }
    verbs.removeDuplicates();
    return CliText::tr("drover %1: which verb? there are: %2")
        .arg(words.first(), verbs.join(u", "_s));
}

ExitStatus help(const QStringList &words, Screen &screen)
{
    if (words.isEmpty()) {
        screen.out(helpText(screen));
        return ExitStatus::Ok;
    }
    const auto [command, length] = longestMatch(words);
    if (command) {
        screen.out(helpText(*command, screen));
        return ExitStatus::Ok;
    }
    const QString topic = topicText(words.first(), screen);
    if (topic.isEmpty()) {
        screen.error(
            fail(ErrorCode::Invalid,
                 CliText::tr("there is no help about %1; %2")
                     .arg(words.first().left(80), remedyFor(words.first(), helpTopics()))));
        return ExitStatus::Usage;
    }
    screen.out(topic);
    return ExitStatus::Ok;
}

ExitStatus completion(const QStringList &words, Screen &screen)
{
    const QString script = completionScript(words.value(0));
    if (script.isEmpty()) {
        screen.error(fail(ErrorCode::Invalid, CliText::tr("for which shell? bash, zsh or fish")));
        return ExitStatus::Usage;
    }
    screen.out(script);
    return ExitStatus::Ok;
}

void pause(std::chrono::milliseconds time)
{
    QEventLoop loop;
    QTimer::singleShot(time, &loop, &QEventLoop::quit);
    loop.exec();
}

ExitStatus watch(const Command &command, Invocation &invocation)
{
    if (!invocation.screen.settings().isTerminal || invocation.json())
        return misused(
            invocation,
            CliText::tr("--watch is for a terminal; a program asks as often as it likes"));
    for (;;) {
        invocation.screen.out(u"\x1b[H\x1b[2J"_s);
        const ExitStatus status = command.run(invocation);
        if (status != ExitStatus::Ok)
            return status;
        pause(watchEvery);
    }
}

} // namespace

Result<MatchedCommand> matchedCommand(const QStringList &arguments)
{
    const QStringList ordered = commandFirst(arguments);
    const auto [command, length] = longestMatch(ordered);
    if (!command) {
        const bool isNoun = std::ranges::any_of(commands(), [&](const Command &each) {
            return std::ranges::any_of(each.also, [&](const QStringList &path) {
                return path.first() == ordered.first();
            });
        });
        return fail(ErrorCode::Invalid, isNoun ? unknownVerb(ordered) : unknownCommand(ordered));
    }
    Result<Arguments> args
        = parseArguments(ordered.sliced(length), command->options + commonOptions());
    if (!args)
        return args.error();
    if (!command->takesCommand)
        args->words += std::exchange(args->command, {});
    return MatchedCommand{.command = command, .args = *args};
}

ExitStatus runCli(const QStringList &arguments, Screen &screen, const ProfileStore &profiles,
                  const QString &profileName)
{
    if (arguments.contains(u"--no-color"_s))
        screen.setColor(false);
    const QStringList ordered = commandFirst(arguments);
    const QString first = ordered.value(0);
    if (first == "help"_L1 || first == "--help"_L1 || first == "-h"_L1)
        return help(ordered.sliced(1), screen);
    if (first == "completion"_L1)
        return completion(ordered.sliced(1), screen);
    if (first == "--version"_L1 || first == "version"_L1) {
        screen.line(u"drover "_s + programVersion());
        return ExitStatus::Ok;
    }
    if (first.isEmpty()) {
        screen.errorBytes(helpText(screen).toUtf8());
        return ExitStatus::Usage;
    }
    const Result<MatchedCommand> matched = matchedCommand(arguments);
    if (!matched) {
        screen.error(matched.error());
        return ExitStatus::Usage;
    }
    if (matched->args.has(u"--help"_s)) {
        screen.out(helpText(*matched->command, screen));
        return ExitStatus::Ok;
    }
    Session session(profiles, screen, matched->args.value(u"--profile"_s, profileName));
    Invocation invocation{.args = matched->args, .screen = screen, .session = session};
    const ExitStatus status = matched->args.has(u"--watch"_s) && matched->command->watches
        ? watch(*matched->command, invocation)
        : matched->command->run(invocation);
    screen.endProgress();
    return status;
}

} // namespace Drover
