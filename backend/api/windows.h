#pragma once

#include "backend/api/rooms.h"
#include "backend/api/router.h"
#include "backend/api/sessions.h"
#include "backend/protocol/feedrequests.h"
#include "backend/store/queries.h"

#include <QtCore/QTimer>

#include <deque>
#include <map>

namespace Drover {

/// Long lists of tasks that people look at (design.md, Lists): each window is the ids of one query
/// in its order, built once by the query pool and kept here; a page is 256 of them fetched by id.
/// Rows on the pages that were fetched last are sent again when they change; rows that would come,
/// go or move are counted, until the viewer refreshes. What a change means for a window is decided
/// after its commit by the query pool, one question a window and frame.
///
/// All windows together keep at most `mostIds`; the one looked at longest ago makes way. Lives in
/// the state thread.
class Windows : public QObject
{
    Q_OBJECT

public:
    static constexpr int pageSize = 256;
    static constexpr size_t mostIds = 8'000'000; ///< 24 bytes each

    Windows(Rooms &rooms, Sessions &sessions, QObject *parent = nullptr);

    void open(PeerId peer, const ListScope &scope, const OpenWindow &request,
              const Answer<WindowRows> &answer);
    void page(PeerId peer, const GetWindowPage &request, const Answer<WindowRows> &answer);
    void locate(PeerId peer, const LocateInWindow &request, const Answer<WindowPlaces> &answer);
    void refresh(PeerId peer, qint64 window, const Answer<WindowRows> &answer);
    void close(PeerId peer, qint64 window);

private:
    /// The ids in their order, and where each stands. Shared with the pool's threads; never
    /// changed.
    struct Order
    {
        std::vector<TaskId> ids;
        std::vector<std::pair<TaskId, qint64>> places; ///< by id

        std::optional<qint64> placeOf(TaskId id) const;
    };

    struct Window
    {
        PeerId peer;
        ListScope scope;
        OpenWindow query;
        std::shared_ptr<const Order> order; ///< null while it is being built
        std::deque<qint64> pages; ///< kept up to date, the one fetched last at the end
        QSet<TaskId> dirty; ///< have changed, or may have come
        QSet<TaskId> dirtyShown; ///< of those, which stand on its pages
        QSet<TaskId> wouldMove;
        bool orderChanged = false;
        bool orderTold = false; ///< and the viewer knows it
        bool asking = false;
        bool busy = false; ///< has not taken its last frame
        int generation = 0; ///< rises with each refresh
    };

    /// What the query pool finds out for one frame.
    struct Found
    {
        QList<TaskId> matching; ///< of those asked for, in the window's order
        QList<Task> rows;
        qint64 revision = 0;
    };

    Window *find(PeerId peer, qint64 id);
    void build(qint64 id, const Answer<WindowRows> &answer);
    void onBuilt(qint64 id, int generation, const Result<std::shared_ptr<const Order>> &order);
    void onCommitted(const std::shared_ptr<Stage> &stage);
    void note(Window &window, TaskId task);
    void onFrame();
    void askAbout(qint64 id, Window &window);
    void onFound(qint64 id, int generation, const QSet<TaskId> &asked, const Result<Found> &found);
    static void countMoves(Window &window, const QSet<TaskId> &asked,
                           const QList<TaskId> &matching);
    void makeRoom();
    void frameSoon();

    Rooms &m_rooms;
    Sessions &m_sessions;
    std::map<qint64, Window> m_windows;
    std::deque<qint64> m_lookedAt; // the one looked at longest ago first
    qint64 m_last = 0;
    QTimer m_frame;
};

} // namespace Drover
