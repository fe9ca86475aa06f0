#include "app/work/actionline.h"

#include "app/work/shellwords.h"
#include "app/work/specwriter.h"
#include "app/work/taskoptions.h"
#include "backend/protocol/sessionrequests.h"
#include "backend/protocol/taskrequests.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

QString line(const QStringList &verb, const TaskQuery &tasks)
{
    QStringList words{u"drover"_s};
    words += verb;
    words += idRanges(tasks.ids);
    if (!tasks.where.isEmpty())
        words << u"--where"_s << tasks.where;
    if (tasks.all)
        words << u"--all"_s;
    return shellQuoted(words);
}

const SpecNode *at(const SpecNode &node, const QString &path)
{
    const SpecNode *found = &node;
    for (const QString &key : path.split(u'.')) {
        found = found->find(key);
        if (!found)
            return nullptr;
    }
    return found;
}

// NAME=SOURCE where an entry has more than a text.
QString transferText(const SpecNode &item)
{
    const SpecNode *name = item.find(u"name");
    const SpecNode *source = item.find(u"source");
    if (!source)
        return item.text;
    return name ? source->text + u'=' + name->text : source->text;
}

void appendOption(const TaskOption &option, const SpecNode &value, QStringList &words)
{
    switch (option.form) {
    case TaskOption::Form::Flag:
        words << option.name;
        break;
    case TaskOption::Form::Value:
        words << option.name << value.text;
        break;
    case TaskOption::Form::Again:
        words << option.name << QString::number(value.text.toInt() - 1);
        break;
    case TaskOption::Form::List:
        for (const SpecNode &item : value.items)
            words << option.name << transferText(item);
        break;
    case TaskOption::Form::Pair:
        for (const SpecEntry &entry : value.entries)
            words << option.name << entry.key + u'=' + entry.value.text;
        break;
    }
}

} // namespace

QStringList idRanges(QList<TaskId> ids)
{
    std::ranges::sort(ids);
    QStringList ranges;
    for (qsizetype i = 0; i < ids.size();) {
        qsizetype last = i;
        while (last + 1 < ids.size() && ids.at(last + 1).value <= ids.at(last).value + 1)
            ++last;
        const QString first = QString::number(ids.at(i).value);
        ranges.append(
            ids.at(last) == ids.at(i) ? first : first + u'-' + QString::number(ids.at(last).value));
        i = last + 1;
    }
    return ranges;
}

QString actionLine(const CancelTasks &request)
{
    QStringList verb{request.kill ? u"kill"_s : u"cancel"_s};
    if (request.now)
        verb << u"--now"_s;
    return line(verb, request.tasks);
}

QString actionLine(const RetryTasks &request)
{
    return line({u"retry"_s}, request.tasks);
}

QString actionLine(const HoldTasks &request)
{
    return line({request.held ? u"hold"_s : u"release"_s}, request.tasks);
}

QString actionLine(const HoldEverything &request)
{
    return request.held ? u"drover hold --all"_s : u"drover release --all"_s;
}

QString actionLine(const PauseTasks &request)
{
    return line({request.paused ? u"pause"_s : u"resume"_s}, request.tasks);
}

QString actionLine(const PauseEverything &request)
{
    return request.paused ? u"drover pause --all"_s : u"drover resume --all"_s;
}

QString actionLine(const SetPriority &request)
{
    return line({u"priority"_s, QString::number(request.priority)}, request.tasks);
}

QString actionLine(const LabelTasks &request)
{
    QStringList words{u"label"_s};
    for (auto it = request.set.cbegin(); it != request.set.cend(); ++it)
        words.append(it.key() + u'=' + it.value());
    for (const QString &key : request.remove)
        words.append(key + u'-');
    return line(words, request.tasks);
}

QString actionLine(const MoveTasks &request)
{
    return line({u"move"_s, u"--to"_s, request.batch}, request.tasks);
}

QString submitLine(const TaskSpec &task, const QString &batch)
{
    QStringList words{u"drover"_s, u"submit"_s};
    if (!batch.isEmpty())
        words << u"--batch"_s << batch;
    const SpecNode node = nodeOf(task);
    for (const TaskOption &option : taskOptions()) {
        if (const SpecNode *value = at(node, option.path))
            appendOption(option, *value, words);
    }
    if (!task.command.isEmpty())
        words << u"--"_s << task.command;
    return shellQuoted(words);
}

} // namespace Drover
