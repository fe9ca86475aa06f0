#include "ui/shell/droptarget.h"

#include <QtCore/QMimeData>
#include <QtCore/QUrl>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr qsizetype mostText = 4 * 1024 * 1024;
constexpr qsizetype mostIds = 100'000;

} // namespace

int DroppedThings::count() const
{
    if (!tasks.isEmpty())
        return int(tasks.size());
    if (!paths.isEmpty())
        return int(paths.size());
    const QStringList lines = text.split(u'\n', Qt::SkipEmptyParts);
    return int(std::count_if(lines.cbegin(), lines.cend(), [](const QString &line) { return !line.trimmed().isEmpty(); }));
}

QMimeData *mimeOf(const QList<TaskId> &tasks)
{
    QStringList ids;
    for (const TaskId id : tasks)
        ids.append(QString::number(id.value));
    auto *mime = new QMimeData;
    mime->setData(taskIdsFormat, ids.join(u' ').toLatin1());
    mime->setText(ids.join(u' '));
    return mime;
}

DroppedThings droppedThings(const QMimeData &mime)
{
    DroppedThings things;
    if (mime.hasFormat(taskIdsFormat)) {
        for (const QByteArray &id : mime.data(taskIdsFormat).left(mostIds * 17).split(' ')) {
            if (const qint64 number = id.toLongLong(); number > 0)
                things.tasks.append(TaskId{number});
        }
        return things;
    }
    for (const QUrl &url : mime.urls()) {
        if (url.isLocalFile())
            things.paths.append(url.toLocalFile());
    }
    if (things.paths.isEmpty() && !mime.hasUrls() && mime.hasText())
        things.text = mime.text().left(mostText).trimmed();
    return things;
}

ObjectLink submitLink(const DroppedThings &things)
{
    ObjectLink link;
    link.kind = u"submit"_s;
    if (!things.paths.isEmpty())
        link.query.insert(u"files"_s, things.paths.join(u'\n'));
    else if (!things.text.isEmpty())
        link.query.insert(u"text"_s, things.text);
    return link;
}

} // namespace Drover
