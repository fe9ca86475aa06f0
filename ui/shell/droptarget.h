#pragma once

#include "app/work/objectlink.h"
#include "backend/base/ids.h"

#include <QtCore/QRect>
#include <QtCore/QStringList>

#include <functional>

QT_FORWARD_DECLARE_CLASS(QMimeData)

namespace Drover {

/// What is dragged over the window, or lies in the clipboard: files, lines of text, or tasks of this
/// console.
struct DroppedThings
{
    QStringList paths;
    QString text;
    QList<TaskId> tasks;

    bool isEmpty() const { return paths.isEmpty() && text.isEmpty() && tasks.isEmpty(); }
    /// How many tasks it seems to come to; folders are not looked into.
    int count() const;
};

/// What views put into a drag of tasks.
constexpr QLatin1StringView taskIdsFormat{"application/x-drover-tasks"};
QMimeData *mimeOf(const QList<TaskId> &tasks);

/// Nothing for what we cannot use: it is refused where it enters.
DroppedThings droppedThings(const QMimeData &mime);

/// What a drop would do at one place.
struct DropTarget
{
    QRect rect; ///< of the view: what is outlined; null: all of it
    QString sentence; ///< "Preview 3 tasks"
    QString refusal = {}; ///< instead: why not
    std::function<void()> act = {};
};

/// The link that opens the preview with these files or lines.
ObjectLink submitLink(const DroppedThings &things);

} // namespace Drover
