#include "app/work/localfiles.h"

#include "app/work/worktext.h"
#include "backend/protocol/blobrequests.h"

#include <QtCore/QFileInfo>
#include <QtCore/QHash>
#include <QtCore/QRegularExpression>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

bool isLocal(const QString &source)
{
    static const QRegularExpression named(u"^[A-Za-z][A-Za-z0-9+._-]+:"_s);
    return !named.match(source).hasMatch();
}

void forEachInput(QList<TaskSpec> &tasks, const std::function<void(Transfer &)> &call)
{
    for (TaskSpec &task : tasks) {
        for (QList<Transfer> *list : {&task.inputs, &task.sharedInputs}) {
            for (Transfer &transfer : *list)
                call(transfer);
        }
    }
}

QString problemOf(const QString &path)
{
    const QFileInfo file(path);
    if (!file.exists())
        return WorkText::tr("there is no file %1").arg(path);
    if (file.isDir())
        return WorkText::tr("%1 is a folder").arg(path);
    if (!file.isFile())
        return WorkText::tr("%1 is no ordinary file").arg(path);
    if (!file.isReadable())
        return WorkText::tr("%1 may not be read").arg(path);
    return {};
}

QString remedyFor(const QString &path)
{
    return QFileInfo(path).isDir() ? WorkText::tr("pack it first: tar -czf files.tgz %1").arg(path)
                                   : WorkText::tr("a relative path counts from the current directory");
}

} // namespace

QList<Problem> checkLocalFiles(const QList<TaskSpec> &tasks)
{
    QList<Problem> problems;
    QHash<QString, QString> known; // by path
    for (qsizetype i = 0; i < tasks.size(); ++i) {
        const TaskSpec &task = tasks.at(i);
        for (const auto &[field, list] : {std::pair(u"inputs"_s, &task.inputs), std::pair(u"sharedInputs"_s, &task.sharedInputs)}) {
            for (qsizetype k = 0; k < list->size(); ++k) {
                const QString &path = list->at(k).source;
                if (!isLocal(path))
                    continue;
                if (!known.contains(path))
                    known.insert(path, path.isEmpty() ? WorkText::tr("no file is named") : problemOf(path));
                if (const QString wrong = known.value(path); !wrong.isEmpty())
                    problems.append({{}, 0, u"tasks[%1].%2[%3]"_s.arg(i).arg(field).arg(k), wrong, remedyFor(path)});
            }
        }
    }
    return problems;
}

QStringList localFiles(const QList<TaskSpec> &tasks)
{
    QStringList paths;
    QSet<QString> known;
    QList<TaskSpec> copies = tasks;
    forEachInput(copies, [&](const Transfer &transfer) {
        if (!isLocal(transfer.source) || known.contains(transfer.source))
            return;
        known.insert(transfer.source);
        paths.append(transfer.source);
    });
    return paths;
}

void nameInputs(QList<TaskSpec> &tasks)
{
    forEachInput(tasks, [](Transfer &transfer) {
        if (transfer.name.isEmpty() && isLocal(transfer.source))
            transfer.name = QFileInfo(transfer.source).fileName();
    });
}

void replaceLocalFiles(QList<TaskSpec> &tasks, const std::function<HandedIn(const QString &)> &handedIn)
{
    forEachInput(tasks, [&](Transfer &transfer) {
        if (!isLocal(transfer.source))
            return;
        const HandedIn file = handedIn(transfer.source);
        transfer.source = blobPrefix + file.hash;
        transfer.size = file.size;
    });
}

void removeLocalFiles(QList<TaskSpec> &tasks)
{
    for (TaskSpec &task : tasks) {
        for (QList<Transfer> *list : {&task.inputs, &task.sharedInputs})
            list->removeIf([](const Transfer &transfer) { return isLocal(transfer.source); });
    }
}

} // namespace Drover
