#include "app/cli/submitoptions.h"

#include "app/cli/clitext.h"
#include "app/work/taskoptions.h"
#include "app/work/workreader.h"

#include <QtCore/QFileInfo>
#include <QtCore/QRegularExpression>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

Option::Takes takesOf(TaskOption::Form form)
{
    switch (form) {
    case TaskOption::Form::Flag:
        return Option::Takes::Nothing;
    case TaskOption::Form::List:
    case TaskOption::Form::Pair:
        return Option::Takes::Each;
    default:
        return Option::Takes::One;
    }
}

Result<SpecNode> pairsOf(const TaskOption &option, const QStringList &values)
{
    SpecNode map = SpecNode::ofMap();
    for (const QString &pair : values) {
        const qsizetype equals = pair.indexOf(u'=');
        const bool isEnvironment = option.path == "environment"_L1;
        if (equals < 0 && isEnvironment && qEnvironmentVariableIsSet(pair.toUtf8().constData())) {
            map.set(pair, SpecNode::ofText(qEnvironmentVariable(pair.toUtf8().constData())));
            continue;
        }
        if (equals < 1) {
            return fail(ErrorCode::Invalid,
                        isEnvironment && equals < 0
                            ? CliText::tr("--env %1: it is not set here; write NAME=VALUE")
                                  .arg(pair.left(80))
                            : CliText::tr("%1 %2: %3 is expected")
                                  .arg(option.name, pair.left(80), option.value));
        }
        map.set(pair.first(equals), SpecNode::ofText(pair.sliced(equals + 1)));
    }
    return map;
}

// FILE=NAME; a file whose own name has the sign is taken as it is.
SpecNode transferOf(const QString &text)
{
    const qsizetype equals = text.lastIndexOf(u'=');
    if (equals < 1 || QFileInfo::exists(text))
        return SpecNode::ofText(text);
    SpecNode node = SpecNode::ofMap();
    node.set(u"source"_s, SpecNode::ofText(text.first(equals)));
    node.set(u"name"_s, SpecNode::ofText(text.sliced(equals + 1)));
    return node;
}

SpecNode listOf(const TaskOption &option, const QStringList &values)
{
    const bool isTransfer = option.path == "inputs"_L1 || option.path == "sharedInputs"_L1;
    SpecNode list = SpecNode::ofList({});
    for (const QString &value : values)
        list.items.append(isTransfer ? transferOf(value) : SpecNode::ofText(value));
    return list;
}

// "3 times again" is four attempts; what is no number is left for the reader to name.
SpecNode againOf(const QString &text)
{
    bool ok = false;
    const int again = text.toInt(&ok);
    return SpecNode::ofText(ok && again >= 0 ? QString::number(qint64(again) + 1) : text);
}

} // namespace

QList<Option> taskFieldOptions()
{
    QList<Option> options;
    for (const TaskOption &option : taskOptions())
        options.append({.name = option.name,
                        .value = option.value,
                        .words = option.words,
                        .takes = takesOf(option.form)});
    return options;
}

Result<SpecNode> taskFieldsOf(const Arguments &args)
{
    SpecNode fields = SpecNode::ofMap();
    for (const TaskOption &option : taskOptions()) {
        if (!args.has(option.name))
            continue;
        switch (option.form) {
        case TaskOption::Form::Value:
            fields.setPath(option.path, SpecNode::ofText(args.value(option.name)));
            break;
        case TaskOption::Form::Flag:
            fields.setPath(option.path, SpecNode::ofText(option.flagText));
            break;
        case TaskOption::Form::Again:
            fields.setPath(option.path, againOf(args.value(option.name)));
            break;
        case TaskOption::Form::List:
            fields.setPath(option.path, listOf(option, args.values(option.name)));
            break;
        case TaskOption::Form::Pair: {
            const Result<SpecNode> pairs = pairsOf(option, args.values(option.name));
            if (!pairs)
                return pairs.error();
            fields.setPath(option.path, *pairs);
            break;
        }
        }
    }
    return fields;
}

QList<Problem> placedProblems(const QList<Problem> &problems, const QList<WorkOrigin> &origins)
{
    static const QRegularExpression index(u"^tasks\\[(\\d+)\\]\\.?"_s);
    QList<Problem> placed = problems;
    for (Problem &problem : placed) {
        const auto match = index.match(problem.field);
        if (match.hasMatch()) {
            const WorkOrigin origin = origins.value(match.captured(1).toLongLong());
            problem.field = problem.field.sliced(match.capturedLength());
            problem.file = origin.file;
            problem.line = origin.line;
        }
        const TaskOption *option = problem.file.isEmpty() ? taskOptionFor(problem.field) : nullptr;
        if (option)
            problem.field = option->name;
    }
    return placed;
}

} // namespace Drover
