// api: every method of the wire, described and called.
#include "app/cli/clitext.h"
#include "app/cli/commands/commands.h"
#include "app/cli/jsontext.h"
#include "app/cli/texttable.h"
#include "app/work/problems.h"
#include "app/work/spectext.h"
#include "backend/protocol/methods.h"

#include <QtCore/QJsonDocument>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

QJsonObject jsonOfMethod(const MethodDescription &method)
{
    return {{u"name"_s, method.name},
            {u"words"_s, method.words},
            {u"parameters"_s, QJsonArray::fromStringList(method.parameters)},
            {u"reply"_s, QJsonArray::fromStringList(method.reply)}};
}

ExitStatus printAll(Invocation &invocation)
{
    QJsonArray all;
    QList<std::pair<QString, QString>> pairs;
    for (const MethodDescription &method : describeMethods()) {
        all.append(jsonOfMethod(method));
        pairs.append({method.name, method.words});
    }
    if (invocation.json())
        printJson(invocation.screen, QJsonObject{{u"methods"_s, all}});
    else
        invocation.screen.out(printedPairs(pairs, invocation.screen));
    return ExitStatus::Ok;
}

ExitStatus printOne(Invocation &invocation, const MethodDescription &method)
{
    if (invocation.json()) {
        printJson(invocation.screen, jsonOfMethod(method));
        return ExitStatus::Ok;
    }
    Screen &screen = invocation.screen;
    screen.line(screen.toned(method.name, Tone::Strong) + u"  "_s + method.words);
    for (const auto &[title, lines] : {std::pair(CliText::tr("parameters"), method.parameters),
                                       std::pair(CliText::tr("reply"), method.reply)}) {
        screen.line(screen.toned(title, Tone::Quiet));
        for (const QString &line : lines)
            screen.line(u"  "_s + line);
    }
    return ExitStatus::Ok;
}

ExitStatus call(Invocation &invocation, const QString &name, const QByteArray &json)
{
    const Result<QByteArray> params = cborOfJson(json);
    if (!params)
        return misused(invocation, params.error().message);
    const Result<Client *> client = invocation.session.client();
    if (!client)
        return failed(invocation, client.error());
    const QByteArray method = name.toLatin1();
    const Result<QByteArray> reply = invocation.session.waited<QByteArray>(
        [&](QObject *context, auto handler) {
            (*client)->sendRequest(QLatin1StringView(method), *params, context, std::move(handler));
        });
    if (!reply)
        return failed(invocation, reply.error());
    invocation.screen.bytes(
        QJsonDocument::fromJson(jsonOfCbor(*reply)).toJson(QJsonDocument::Indented));
    return ExitStatus::Ok;
}

ExitStatus run(Invocation &invocation)
{
    const QStringList &words = invocation.args.words;
    if (words.isEmpty())
        return printAll(invocation);
    QStringList known;
    for (const MethodDescription &method : describeMethods()) {
        known.append(method.name);
        if (method.name == words.first() && words.size() == 1)
            return printOne(invocation, method);
    }
    if (!known.contains(words.first()))
        return misused(invocation,
                       CliText::tr("there is no method %1; %2")
                           .arg(words.first().left(80), remedyFor(words.first(), known)));
    if (words.size() > 2)
        return misused(invocation,
                       CliText::tr("one JSON object is expected after the method, in quotes, or - "
                                   "for standard input"));
    if (words.at(1) != "-"_L1)
        return call(invocation, words.first(), words.at(1).toUtf8());
    const Result<QByteArray> json = readSpecFile(u"-"_s);
    return json ? call(invocation, words.first(), *json) : failed(invocation, json.error());
}

} // namespace

QList<Command> apiCommands()
{
    return {{.path = {u"api"_s},
             .operands = CliText::tr("[METHOD [JSON]]"),
             .words = CliText::tr("list, describe and call the methods of the daemon"),
             .options = {},
             .run = run,
             .more = CliText::tr("drover api task.list '{\"limit\": 3}' calls it and prints the "
                                 "reply as it came; a field that has its default is left out.")}};
}

} // namespace Drover
