#pragma once

// What moves: small collections mirrored whole, long lists as windows. Both need a connection of
// their own (WebSocket): what changes is told by notifications.

#include "backend/protocol/agentmessages.h"
#include "backend/protocol/batch.h"
#include "backend/protocol/envelope.h"
#include "backend/protocol/machine.h"
#include "backend/protocol/operation.h"
#include "backend/protocol/task.h"

namespace Drover {

/// What has changed in the mirrored collections since a position. Rows are whole; a reader never
/// takes one of a smaller rev than it has.
struct FeedChanges
{
    static constexpr QLatin1StringView method{"feed.changes"};
    QString position;
    bool snapshot = false;
    QList<Machine> machines;
    QList<Batch> batches;
    QList<Operation> operations;
    QList<MachineId> removedMachines;
    QList<OperationId> removedOperations;

    static constexpr auto fields()
    {
        return fieldList(
            field("position", &FeedChanges::position, "store:epoch:rev, to resume from"),
            field("snapshot", &FeedChanges::snapshot, "these are all there are: forget the others"),
            field("machines", &FeedChanges::machines),
            field("batches", &FeedChanges::batches, "live ones, and the last that ended"),
            field("operations", &FeedChanges::operations),
            field("removedMachines", &FeedChanges::removedMachines),
            field("removedOperations", &FeedChanges::removedOperations));
    }
    friend bool operator==(const FeedChanges &, const FeedChanges &) = default;
};

/// The reply of feed.subscribe: as the notification.
struct FeedStart
{
    FeedChanges changes;

    static constexpr auto fields() { return fieldList(field("changes", &FeedStart::changes)); }
    friend bool operator==(const FeedStart &, const FeedStart &) = default;
};

struct SubscribeFeed
{
    static constexpr QLatin1StringView method{"feed.subscribe"};
    static constexpr std::string_view words = "Machines, batches and operations as they are, and "
                                              "from then on each change as feed.changes.";
    using Reply = FeedStart;
    QString position;

    static constexpr auto fields()
    {
        return fieldList(field("position", &SubscribeFeed::position,
                               "resumes from there; another store or epoch, or none: a snapshot"));
    }
    friend bool operator==(const SubscribeFeed &, const SubscribeFeed &) = default;
};

/// What a machine is like this second. The last one counts; neither stored nor numbered.
struct MachineGauge
{
    MachineId machine;
    MachineState state = MachineState::Offline;
    int slotsUsed = 0;
    int tasksNow = 0;
    MachineLoad load;
    Instant lastContact;

    static constexpr auto fields()
    {
        return fieldList(
            field("machine", &MachineGauge::machine), field("state", &MachineGauge::state),
            field("slotsUsed", &MachineGauge::slotsUsed),
            field("tasksNow", &MachineGauge::tasksNow), field("load", &MachineGauge::load),
            field("lastContact", &MachineGauge::lastContact));
    }
    friend bool operator==(const MachineGauge &, const MachineGauge &) = default;
};

/// Once a second at most, those that are other than before.
struct FeedGauges
{
    static constexpr QLatin1StringView method{"feed.gauges"};
    QList<MachineGauge> machines;
    QList<AttemptGauge> tasks; ///< of the present attempts of running tasks

    static constexpr auto fields()
    {
        return fieldList(field("machines", &FeedGauges::machines),
                         field("tasks", &FeedGauges::tasks, "of what runs: progress, last line, last output"));
    }
    friend bool operator==(const FeedGauges &, const FeedGauges &) = default;
};

/// Rows of a window, 256 to a page.
struct WindowRows
{
    qint64 window = 0;
    QList<Task> rows;
    qint64 first = 0;
    qint64 count = -1;
    qint64 revision = 0;

    static constexpr auto fields()
    {
        return fieldList(
            field("window", &WindowRows::window), field("rows", &WindowRows::rows, "rev 0: it was put away meanwhile"),
            field("first", &WindowRows::first, "place of the first row"),
            field("count", &WindowRows::count, "-1: not counted yet; window.changed tells"),
            field("revision", &WindowRows::revision, "which these rows have seen"));
    }
    friend bool operator==(const WindowRows &, const WindowRows &) = default;
};

struct OpenWindow
{
    static constexpr QLatin1StringView method{"window.open"};
    static constexpr std::string_view words = "A list of tasks in one order, kept by the daemon: "
                                              "the first page now, the others by place.";
    using Reply = WindowRows;
    QString where;
    QString order = QStringLiteral("-id");

    static constexpr auto fields()
    {
        return fieldList(field("where", &OpenWindow::where),
                         field("order", &OpenWindow::order, "as task.list"));
    }
    friend bool operator==(const OpenWindow &, const OpenWindow &) = default;
};

struct GetWindowPage
{
    static constexpr QLatin1StringView method{"window.page"};
    static constexpr std::string_view words = "256 rows of a window; its rows are kept up to date "
                                              "from then on. WindowGone: open it anew.";
    using Reply = WindowRows;
    qint64 window = 0;
    qint64 page = 0;

    static constexpr auto fields()
    {
        return fieldList(
            field("window", &GetWindowPage::window),
            field("page", &GetWindowPage::page, "from 0; the last 16 are kept up to date"));
    }
    friend bool operator==(const GetWindowPage &, const GetWindowPage &) = default;
};

/// Where tasks stand in a window.
struct WindowPlaces
{
    QList<qint64> places;

    static constexpr auto fields()
    {
        return fieldList(field("places", &WindowPlaces::places, "of each id asked for, from 0; -1: it is not in it"));
    }
    friend bool operator==(const WindowPlaces &, const WindowPlaces &) = default;
};

struct LocateInWindow
{
    static constexpr QLatin1StringView method{"window.locate"};
    static constexpr std::string_view words = "Where tasks stand in a window, to find them again in a new one.";
    using Reply = WindowPlaces;
    qint64 window = 0;
    QList<TaskId> ids;

    static constexpr auto fields()
    {
        return fieldList(field("window", &LocateInWindow::window),
                         field("ids", &LocateInWindow::ids, "at most 1,000"));
    }
    friend bool operator==(const LocateInWindow &, const LocateInWindow &) = default;
};

struct RefreshWindow
{
    static constexpr QLatin1StringView method{"window.refresh"};
    static constexpr std::string_view words = "The same list as it is now: rows come, go and move.";
    using Reply = WindowRows;
    qint64 window = 0;

    static constexpr auto fields() { return fieldList(field("window", &RefreshWindow::window)); }
    friend bool operator==(const RefreshWindow &, const RefreshWindow &) = default;
};

struct CloseWindow
{
    static constexpr QLatin1StringView method{"window.close"};
    static constexpr std::string_view words = "The daemon need not keep it any longer.";
    using Reply = Done;
    qint64 window = 0;

    static constexpr auto fields() { return fieldList(field("window", &CloseWindow::window)); }
    friend bool operator==(const CloseWindow &, const CloseWindow &) = default;
};

/// What became of rows on a window's pages. Rows stay in their places until it is refreshed.
struct WindowChanged
{
    static constexpr QLatin1StringView method{"window.changed"};
    qint64 window = 0;
    QList<Task> rows;
    qint64 count = -1;
    qint64 wouldMove = 0;
    bool orderChanged = false;
    qint64 revision = 0;

    static constexpr auto fields()
    {
        return fieldList(
            field("window", &WindowChanged::window), field("rows", &WindowChanged::rows),
            field("count", &WindowChanged::count),
            field("wouldMove", &WindowChanged::wouldMove,
                  "rows that would come, go or move if it were refreshed"),
            field("orderChanged", &WindowChanged::orderChanged, "too many to count them"),
            field("revision", &WindowChanged::revision));
    }
    friend bool operator==(const WindowChanged &, const WindowChanged &) = default;
};

} // namespace Drover
