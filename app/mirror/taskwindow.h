#pragma once

#include "app/mirror/mirror.h"
#include "app/mirror/pagecache.h"
#include "app/mirror/pagequeue.h"
#include "app/mirror/rowrange.h"

#include <QtCore/QPointer>

#include <memory>

namespace Drover {

/// A list of tasks, however long: what the daemon filters, sorts and counts, of which the pages that
/// are looked at are here. What a model asks while it paints.
///
/// Rows stay in their places until `refresh`, `setQuery`, or until the daemon was away: what would
/// come, go or move meanwhile is only counted. Then the rows that were in sight are found again, and
/// one signal says where they are now; until it comes the old rows stay. A row is never replaced by
/// one of smaller rev. GUI thread; the mirror outlives it.
class TaskWindow : public QObject
{
    Q_OBJECT

public:
    enum class State {
        Idle, ///< no query yet
        Opening, ///< the query is new: what is here is of the one before, or nothing
        Ready,
        Away, ///< the daemon is; what is here is as of then
        Failed, ///< `error` says why; what is here is of the query before
    };

    explicit TaskWindow(Mirror &mirror, QObject *parent = nullptr);
    ~TaskWindow() override;

    /// `order` as task.list has it: a column, `-` before it for descending.
    void setQuery(const QString &where, const QString &order);
    const QString &where() const { return m_where; }
    const QString &order() const { return m_order; }

    State state() const { return m_state; }
    const Error &error() const { return m_error; }

    /// All rows, or at least so many while they are being counted.
    qint64 rowCount() const { return std::max<qint64>(m_now.count, 0); }
    bool isCounted() const { return m_now.isCounted; }
    /// Null: not here yet; it is asked for, and `rowsChanged` tells. Rev 0: it was put away. Good until
    /// the next turn of the event loop.
    const Task *rowAt(qint64 row);
    /// Where it stands, if it is here.
    std::optional<qint64> rowOf(TaskId id) const { return m_now.cache.placeOf(id); }
    const Task *find(TaskId id) const { return m_now.cache.find(id); }
    /// Wherever it stands: asks the daemon. -1: it is not in this list, or the daemon is away.
    void locate(TaskId id, QObject *context, std::function<void(qint64 row)> handler);

    /// The ids of rows that need not be here, in several answers; nothing when the daemon is away.
    void fetchIds(RowRange rows, QObject *context, std::function<void(const QList<TaskId> &ids)> handler);

    /// What is in sight. `rowsChanged` tells of these only.
    void setVisible(RowRange rows);
    RowRange visible() const { return m_visible; }

    qint64 wouldMove() const { return m_now.wouldMove; } ///< rows that would come, go or move
    bool orderChanged() const { return m_now.orderChanged; } ///< too many to count them
    bool hasNews() const { return wouldMove() > 0 || orderChanged(); }
    /// The same list as it is now. Until it has come, all stays as it is.
    void refresh();
    bool isRenewing() const { return m_next != nullptr; }

    qint64 revision() const { return m_now.revision; } ///< that these rows have seen, at least

signals:
    void stateChanged();
    /// Before and after all rows have become others. `top` is where the row now stands that was the
    /// first in sight.
    void aboutToReset();
    void reset(qint64 top);
    /// Rows at the end: it has been counted.
    void rowCountChanged(qint64 before, qint64 now);
    void rowsChanged(const QList<Drover::RowRange> &rows);
    void newsChanged(); ///< wouldMove, orderChanged

private:
    /// One life of a window at the daemon.
    struct Sight
    {
        int round = 0;
        qint64 window = 0; ///< 0: none at the daemon
        PageCache<Task> cache;
        PageQueue queue;
        qint64 count = 0;
        bool isCounted = false;
        qint64 wouldMove = 0;
        bool orderChanged = false;
        qint64 revision = 0;
    };
    /// The next one, until the rows in sight are here.
    struct Next
    {
        Sight sight;
        QList<TaskId> anchors; ///< rows in sight now, from the top
        qint64 top = 0; ///< where they stand in it
        QSet<qint64> missing; ///< pages that must come first
        QList<WindowChanged> early; ///< of windows we did not know yet
    };
    enum class Keep { TheTop, TheRowsInSight };

    void renew(Keep keep);
    void onOpened(int round, const Result<WindowRows> &rows);
    void findAnchors();
    void onLocated(int round, const Result<WindowPlaces> &places);
    void fetchNext();
    void becomeNext();

    void ask();
    void send(Sight &sight, qint64 page);
    void onPage(int round, qint64 page, const Result<WindowRows> &rows);
    void onWindowsChanged(const QList<WindowChanged> &frames);
    void takeInto(Sight &sight, const WindowChanged &frame, QList<qint64> &changed);
    void tell(QList<qint64> rows);
    void onLost();
    void onSignedIn();
    void onFailed(const Error &error);
    void closeWindow(qint64 window);
    void setState(State state);

    Mirror &m_mirror;
    Connection &m_connection;
    QString m_where;
    QString m_order;
    State m_state = State::Idle;
    Error m_error;
    Sight m_now;
    std::unique_ptr<Next> m_next;
    RowRange m_visible;
    int m_round = 0; // answers to an earlier one are not ours any more
    QTimer m_ask {this};
};

} // namespace Drover
