#include "backend/api/windows.h"

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr auto frameEvery = 33ms;
constexpr size_t pagesKept = 16;
constexpr qsizetype mostDirty = 500; // over this the order has simply changed
constexpr size_t mostWindowsOfOne = 32;
constexpr qsizetype mostLocated = 1000;

Error beingBuilt()
{
    return {.code = ErrorCode::Busy,
            .message = u"the window is being built"_s,
            .problems = {},
            .retryAfterMs = 50};
}

// Each in the place of its id: what was put away meanwhile leaves a row of rev 0, so that the
// others stay where they stand.
QList<Task> inPlace(const QList<TaskId> &ids, const QList<Task> &rows)
{
    QList<Task> placed;
    placed.reserve(ids.size());
    auto next = rows.cbegin();
    for (const TaskId id : ids) {
        if (next != rows.cend() && next->id == id)
            placed.append(*next++);
        else
            placed.append(Task{.id = id});
    }
    return placed;
}

Error gone(qint64 window)
{
    return fail(ErrorCode::WindowGone, u"window %1 is gone; open it anew"_s.arg(window));
}

} // namespace

std::optional<qint64> Windows::Order::placeOf(TaskId id) const
{
    const auto at = std::ranges::lower_bound(places, id, {}, &std::pair<TaskId, qint64>::first);
    return at != places.cend() && at->first == id ? std::optional(at->second) : std::nullopt;
}

Windows::Windows(Rooms &rooms, Sessions &sessions, QObject *parent)
    : QObject(parent)
    , m_rooms(rooms)
    , m_sessions(sessions)
{
    m_frame.setSingleShot(true);
    m_frame.setInterval(frameEvery);
    connect(&m_frame, &QTimer::timeout, this, &Windows::onFrame);
    connect(&rooms.store, &Store::committed, this, &Windows::onCommitted);
    connect(&sessions, &Sessions::taken, this, [this](PeerId peer) {
        for (auto &[id, window] : m_windows)
            window.busy = window.busy && window.peer != peer;
        frameSoon();
    });
    connect(&sessions, &Sessions::gone, this, [this](PeerId peer) {
        std::erase_if(m_windows, [peer](const auto &each) { return each.second.peer == peer; });
        std::erase_if(m_lookedAt, [this](qint64 id) { return !m_windows.contains(id); });
    });
}

Windows::Window *Windows::find(PeerId peer, qint64 id)
{
    const auto it = m_windows.find(id);
    if (it == m_windows.end() || it->second.peer != peer)
        return nullptr;
    std::erase(m_lookedAt, id);
    m_lookedAt.push_back(id);
    return &it->second;
}

void Windows::open(PeerId peer, const ListScope &scope, const OpenWindow &request,
                   const Answer<WindowRows> &answer)
{
    if (!peer) {
        answer(fail(ErrorCode::Invalid,
                    u"a window needs a WebSocket; over POST /rpc use task.list"_s));
        return;
    }
    const auto own = std::ranges::count_if(
        m_windows, [peer](const auto &each) { return each.second.peer == peer; });
    if (size_t(own) >= mostWindowsOfOne) {
        answer(fail(ErrorCode::LimitReached, u"%1 windows are open; close one"_s.arg(own)));
        return;
    }
    const qint64 id = ++m_last;
    m_windows.emplace(id, Window{.peer = peer, .scope = scope, .query = request});
    m_lookedAt.push_back(id);
    build(id, answer);
}

void Windows::refresh(PeerId peer, qint64 id, const Answer<WindowRows> &answer)
{
    Window *window = find(peer, id);
    if (!window) {
        answer(gone(id));
        return;
    }
    ++window->generation;
    window->order.reset();
    window->pages.clear();
    window->dirty.clear();
    window->dirtyShown.clear();
    window->wouldMove.clear();
    window->orderChanged = window->orderTold = false;
    window->asking = false;
    build(id, answer);
}

void Windows::close(PeerId peer, qint64 id)
{
    if (!find(peer, id))
        return;
    m_windows.erase(id);
    std::erase(m_lookedAt, id);
}

// The first page at once, by a LIMIT query; the ids of all pages behind it.
void Windows::build(qint64 id, const Answer<WindowRows> &answer)
{
    Window &window = m_windows.at(id);
    window.pages.push_back(0);
    const ListTasks first{
        .where = window.query.where, .order = window.query.order, .limit = pageSize, .offset = 0};
    m_rooms.store.ask<TaskPage>(
        this, [first, scope = window.scope](Database &db) { return listTasks(db, first, scope); },
        [this, id, answer](const Result<TaskPage> &page) {
            if (!page) {
                m_windows.erase(id);
                std::erase(m_lookedAt, id);
                answer(page.error());
                return;
            }
            answer(WindowRows{.window = id,
                              .rows = page->tasks,
                              .first = 0,
                              .count = page->more ? -1 : page->tasks.size(),
                              .revision = page->revision});
        });
    using Built = std::shared_ptr<const Order>;
    m_rooms.store.ask<Built>(
        this,
        [query = window.query, scope = window.scope](Database &db) -> Result<Built> {
            Result<std::vector<TaskId>> ids = orderedTasks(db, query.where, query.order, scope);
            if (!ids)
                return ids.error();
            auto order = std::make_shared<Order>();
            order->ids = std::move(*ids);
            order->places.reserve(order->ids.size());
            for (size_t i = 0; i < order->ids.size(); ++i)
                order->places.emplace_back(order->ids[i], qint64(i));
            std::ranges::sort(order->places);
            return Built(std::move(order));
        },
        [this, id, generation = window.generation](const Result<Built> &order) {
            onBuilt(id, generation, order);
        });
}

void Windows::onBuilt(qint64 id, int generation, const Result<std::shared_ptr<const Order>> &order)
{
    const auto it = m_windows.find(id);
    if (it == m_windows.end() || it->second.generation != generation || !order)
        return;
    Window &window = it->second;
    window.order = *order;
    makeRoom();
    if (!m_windows.contains(id))
        return;
    m_sessions.notify(
        window.peer,
        WindowChanged{.window = id, .rows = {}, .count = qint64(window.order->ids.size())});
    // What changed while it was built may be in it or not: looked at as any other change.
    for (const TaskId task : std::exchange(window.dirty, {}))
        note(window, task);
    frameSoon();
}

void Windows::makeRoom()
{
    size_t ids = 0;
    for (const auto &[id, window] : m_windows)
        ids += window.order ? window.order->ids.size() : 0;
    while (ids > mostIds && m_lookedAt.size() > 1) {
        const auto oldest = m_windows.find(m_lookedAt.front());
        m_lookedAt.pop_front();
        if (oldest == m_windows.end())
            continue;
        ids -= oldest->second.order ? oldest->second.order->ids.size() : 0;
        m_windows.erase(oldest);
    }
}

void Windows::page(PeerId peer, const GetWindowPage &request, const Answer<WindowRows> &answer)
{
    Window *window = find(peer, request.window);
    if (!window) {
        answer(gone(request.window));
        return;
    }
    if (!window->order) {
        answer(beingBuilt());
        return;
    }
    const qint64 count = qint64(window->order->ids.size());
    const qint64 first = request.page * pageSize;
    if (request.page < 0 || request.page > count / pageSize) {
        answer(fail(ErrorCode::Invalid,
                    u"page: %1 is past the end; there are %2 rows"_s.arg(request.page).arg(count)));
        return;
    }
    std::erase(window->pages, request.page);
    window->pages.push_back(request.page);
    if (window->pages.size() > pagesKept)
        window->pages.pop_front();
    const auto from = window->order->ids.cbegin() + first;
    const QList<TaskId> ids(from, from + std::min<qint64>(pageSize, count - first));
    m_rooms.store.ask<Found>(
        this,
        [ids](Database &db) -> Result<Found> {
            Result<QList<Task>> rows = tasksById(db, ids);
            const Result<qint64> revision = storedRevision(db);
            if (!rows || !revision)
                return rows ? revision.error() : rows.error();
            return Found{.matching = {}, .rows = inPlace(ids, *rows), .revision = *revision};
        },
        [answer, id = request.window, first, count](const Result<Found> &found) {
            if (found)
                answer(WindowRows{.window = id,
                                  .rows = found->rows,
                                  .first = first,
                                  .count = count,
                                  .revision = found->revision});
            else
                answer(found.error());
        });
}

void Windows::locate(PeerId peer, const LocateInWindow &request, const Answer<WindowPlaces> &answer)
{
    const Window *window = find(peer, request.window);
    if (!window)
        return answer(gone(request.window));
    if (!window->order)
        return answer(beingBuilt());
    if (request.ids.size() > mostLocated)
        return answer(fail(ErrorCode::TooLarge,
                           u"ids: %1 are too many; ask for at most %2 at once"_s
                               .arg(request.ids.size())
                               .arg(mostLocated)));
    WindowPlaces places;
    for (const TaskId id : request.ids)
        places.places.append(window->order->placeOf(id).value_or(-1));
    answer(places);
}

void Windows::note(Window &window, TaskId task)
{
    if (!window.order) {
        if (window.dirty.size() <= mostDirty)
            window.dirty.insert(task);
        return;
    }
    const auto place = window.order->placeOf(task);
    if (place && std::ranges::find(window.pages, *place / pageSize) != window.pages.cend())
        window.dirtyShown.insert(task);
    if (window.orderChanged)
        return;
    window.dirty.insert(task);
    if (window.dirty.size() > mostDirty) {
        window.orderChanged = true;
        window.dirty.clear();
    }
}

void Windows::onCommitted(const std::shared_ptr<Stage> &stage)
{
    if (m_windows.empty())
        return;
    for (auto &[id, window] : m_windows) {
        for (const NewTask &row : stage->newTasks)
            note(window, row.task.id);
        for (auto change = stage->taskChanges.keyBegin(); change != stage->taskChanges.keyEnd();
             ++change)
            note(window, *change);
        for (const TaskAway &away : stage->taskAways)
            note(window, away.id);
        for (const TaskKept &kept : stage->taskKeeps)
            note(window, kept.id);
        for (const Removal<TaskId> &removed : stage->removedTasks)
            note(window, removed.id);
        for (const LabelChange &change : stage->labelChanges)
            note(window, change.id);
        for (auto words = stage->taskWords.keyBegin(); words != stage->taskWords.keyEnd(); ++words)
            note(window, *words);
    }
    frameSoon();
}

void Windows::frameSoon()
{
    if (!m_frame.isActive() && !m_windows.empty())
        m_frame.start();
}

void Windows::onFrame()
{
    for (auto &[id, window] : m_windows) {
        const bool anything = !window.dirty.isEmpty() || !window.dirtyShown.isEmpty()
            || window.orderChanged != window.orderTold;
        if (window.order && anything && !window.asking && !window.busy)
            askAbout(id, window);
    }
}

void Windows::askAbout(qint64 id, Window &window)
{
    window.asking = true;
    const QSet<TaskId> dirty = std::exchange(window.dirty, {});
    const QList<TaskId> shown = std::exchange(window.dirtyShown, {}).values();
    // With its neighbours, so that the answer's order shows whether it has moved.
    QSet<TaskId> asked = dirty;
    const Order &order = *window.order;
    for (const TaskId task : dirty) {
        const auto place = order.placeOf(task);
        if (place && *place > 0)
            asked.insert(order.ids[size_t(*place) - 1]);
        if (place && size_t(*place) + 1 < order.ids.size())
            asked.insert(order.ids[size_t(*place) + 1]);
    }
    m_rooms.store.ask<Found>(
        this,
        [query = window.query, scope = window.scope, asked = asked.values(),
         shown](Database &db) -> Result<Found> {
            Result<QList<TaskId>> matching
                = orderedAmong(db, asked, query.where, query.order, scope);
            Result<QList<Task>> rows = tasksById(db, shown);
            const Result<qint64> revision = storedRevision(db);
            if (!matching || !rows || !revision)
                return !matching ? matching.error() : !rows ? rows.error() : revision.error();
            return Found{
                .matching = std::move(*matching), .rows = std::move(*rows), .revision = *revision};
        },
        [this, id, generation = window.generation, dirty](const Result<Found> &found) {
            onFound(id, generation, dirty, found);
        });
}

void Windows::countMoves(Window &window, const QSet<TaskId> &asked, const QList<TaskId> &matching)
{
    const Order &order = *window.order;
    QHash<TaskId, qsizetype> now;
    for (qsizetype i = 0; i < matching.size(); ++i)
        now.insert(matching[i], i);
    for (const TaskId task : asked) {
        const auto place = order.placeOf(task);
        const qsizetype at = now.value(task, -1);
        bool moves = (place.has_value()) != (at >= 0); // would go, or come
        if (place && at >= 0) {
            const qsizetype before = *place > 0 ? now.value(order.ids[size_t(*place) - 1], -1) : -1;
            const bool isLast = size_t(*place) + 1 == order.ids.size();
            const qsizetype after = isLast
                ? matching.size()
                : now.value(order.ids[size_t(*place) + 1], matching.size());
            moves = before > at || after < at;
        }
        if (moves)
            window.wouldMove.insert(task);
        else
            window.wouldMove.remove(task); // it has come back to its place
    }
    if (window.wouldMove.size() > mostDirty)
        window.orderChanged = true;
}

void Windows::onFound(qint64 id, int generation, const QSet<TaskId> &asked,
                      const Result<Found> &found)
{
    const auto it = m_windows.find(id);
    if (it == m_windows.end() || it->second.generation != generation)
        return;
    Window &window = it->second;
    window.asking = false;
    if (!found)
        return; // the store is away: all connections are closed when it comes back
    countMoves(window, asked, found->matching);
    window.busy = true;
    window.orderTold = window.orderChanged;
    m_sessions.notify(window.peer,
                      WindowChanged{.window = id,
                                    .rows = found->rows,
                                    .count = qint64(window.order->ids.size()),
                                    .wouldMove = window.wouldMove.size(),
                                    .orderChanged = window.orderChanged,
                                    .revision = found->revision});
    if (!window.dirty.isEmpty() || !window.dirtyShown.isEmpty())
        frameSoon();
}

} // namespace Drover
