#include "app/mirror/taskwindow.h"

namespace Drover {

namespace {

constexpr qint64 mostAnchors = 200;

// The next sign-in asks anew by itself.
bool isAway(ErrorCode code)
{
    return code == ErrorCode::Unreachable || code == ErrorCode::Interrupted
        || code == ErrorCode::StorageUnavailable;
}

} // namespace

TaskWindow::TaskWindow(Mirror &mirror, QObject *parent)
    : QObject(parent)
    , m_mirror(mirror)
    , m_connection(mirror.connection())
{
    connect(&m_connection, &Connection::signedIn, this, &TaskWindow::onSignedIn);
    connect(&m_connection, &Connection::lost, this, &TaskWindow::onLost);
    connect(&mirror, &Mirror::windowsChanged, this, &TaskWindow::onWindowsChanged);
    m_ask.setSingleShot(true);
    connect(&m_ask, &QTimer::timeout, this, &TaskWindow::ask);
}

TaskWindow::~TaskWindow()
{
    closeWindow(m_now.window);
    if (m_next)
        closeWindow(m_next->sight.window);
}

void TaskWindow::setQuery(const QString &where, const QString &order)
{
    if (m_state != State::Idle && where == m_where && order == m_order)
        return;
    m_where = where;
    m_order = order;
    setState(State::Opening);
    renew(Keep::TheTop);
}

void TaskWindow::refresh()
{
    if (m_state == State::Ready)
        renew(Keep::TheRowsInSight);
    else if (m_state == State::Failed)
        renew(Keep::TheTop);
}

// A window of its own beside the present one, which goes on until the new one can be shown.
void TaskWindow::renew(Keep keep)
{
    if (m_next)
        closeWindow(m_next->sight.window);
    m_next.reset();
    ++m_round;
    if (!m_connection.isReady())
        return; // the sign-in comes back here
    m_next = std::make_unique<Next>();
    m_next->sight.round = m_round;
    const qint64 last = std::min({m_visible.last, m_visible.first + mostAnchors, rowCount() - 1});
    // Who looks at the top wants to see what is new there.
    for (qint64 row = m_visible.first; keep == Keep::TheRowsInSight && m_visible.first > 0 && row <= last; ++row) {
        if (const Task *task = m_now.cache.at(row))
            m_next->anchors.append(task->id);
    }
    m_connection.send(OpenWindow{.where = m_where, .order = m_order}, &m_connection,
                      [self = QPointer(this), &connection = m_connection,
                       round = m_round](const Result<WindowRows> &rows) {
                          if (self)
                              self->onOpened(round, rows);
                          else if (rows)
                              connection.send(CloseWindow{.window = rows->window}, &connection, [](const auto &) { });
                      });
}

void TaskWindow::onOpened(int round, const Result<WindowRows> &rows)
{
    if (round != m_round || !m_next) {
        if (rows)
            closeWindow(rows->window);
        return;
    }
    if (!rows)
        return onFailed(rows.error());
    Sight &sight = m_next->sight;
    sight.window = rows->window;
    sight.isCounted = rows->count >= 0;
    sight.count = sight.isCounted ? rows->count : rows->rows.size();
    sight.revision = rows->revision;
    sight.cache.place(0, rows->rows);
    sight.queue.given(0);
    QList<qint64> none;
    for (const WindowChanged &frame : std::exchange(m_next->early, {})) {
        if (frame.window == sight.window)
            takeInto(sight, frame, none);
    }
    m_mirror.noteUpdates(rows->rows.size(), rows->revision);
    if (m_next->anchors.isEmpty())
        becomeNext();
    else
        findAnchors();
}

// Answered as soon as the daemon has the whole order.
void TaskWindow::findAnchors()
{
    m_connection.send(LocateInWindow{.window = m_next->sight.window, .ids = m_next->anchors}, this,
                      [this, round = m_round](const Result<WindowPlaces> &places) { onLocated(round, places); });
}

void TaskWindow::onLocated(int round, const Result<WindowPlaces> &places)
{
    if (round != m_round || !m_next)
        return;
    if (!places)
        return onFailed(places.error());
    // The first row in sight that is still there; else the same place as before.
    m_next->top = m_visible.first;
    for (qsizetype i = 0; i < places->places.size(); ++i) {
        if (places->places[i] >= 0) {
            m_next->top = std::max<qint64>(0, places->places[i] - i);
            break;
        }
    }
    if (m_next->sight.isCounted)
        m_next->top = std::clamp<qint64>(m_next->top, 0, std::max<qint64>(0, m_next->sight.count - m_visible.count()));
    fetchNext();
}

void TaskWindow::fetchNext()
{
    Sight &sight = m_next->sight;
    const qint64 end = m_next->top + std::max<qint64>(0, m_visible.count() - 1);
    const qint64 last = sight.isCounted ? std::min(end, std::max<qint64>(0, sight.count - 1)) : end;
    const qint64 lastPage = PageCache<Task>::pageOf(last);
    for (qint64 page = PageCache<Task>::pageOf(m_next->top); page <= lastPage; ++page) {
        if (!sight.cache.hasPage(page))
            m_next->missing.insert(page);
    }
    if (m_next->missing.isEmpty())
        return becomeNext();
    for (const qint64 page : std::as_const(m_next->missing))
        sight.queue.want(page);
    while (const auto page = sight.queue.next())
        send(sight, *page);
}

void TaskWindow::becomeNext()
{
    const qint64 before = m_now.window;
    const qint64 top = m_next->top;
    emit aboutToReset();
    m_now = std::move(m_next->sight);
    m_next.reset();
    m_error = {};
    emit reset(top);
    emit newsChanged();
    setState(State::Ready);
    closeWindow(before);
}

const Task *TaskWindow::rowAt(qint64 row)
{
    if (row < 0 || row >= rowCount())
        return nullptr;
    const qint64 page = PageCache<Task>::pageOf(row);
    const Task *task = m_now.cache.at(row);
    // One that the daemon no longer keeps up to date is asked for again.
    if (m_now.window != 0 && !m_now.queue.isLive(page)) {
        m_now.queue.want(page);
        if (!m_ask.isActive())
            m_ask.start();
    }
    return task;
}

void TaskWindow::setVisible(RowRange rows)
{
    m_visible = rows;
}

void TaskWindow::ask()
{
    while (const auto page = m_now.window != 0 ? m_now.queue.next() : std::nullopt)
        send(m_now, *page);
}

void TaskWindow::send(Sight &sight, qint64 page)
{
    sight.cache.expectPage();
    m_connection.send(GetWindowPage{.window = sight.window, .page = page}, this,
                      [this, round = sight.round, page](const Result<WindowRows> &rows) {
                          onPage(round, page, rows);
                      });
}

void TaskWindow::onPage(int round, qint64 page, const Result<WindowRows> &rows)
{
    const bool ofNext = m_next && m_next->sight.round == round;
    if (!ofNext && m_now.round != round)
        return;
    Sight &sight = ofNext ? m_next->sight : m_now;
    sight.queue.answered(page);
    if (rows) {
        sight.cache.place(page, rows->rows);
        sight.revision = std::max(sight.revision, rows->revision);
        m_mirror.noteUpdates(rows->rows.size(), rows->revision);
    }
    sight.cache.pageCame();
    if (!rows && rows.error().code == ErrorCode::WindowGone)
        return renew(Keep::TheRowsInSight); // it made way for others
    if (ofNext) {
        m_next->missing.remove(page);
        if (m_next->missing.isEmpty())
            becomeNext();
        return;
    }
    if (rows) {
        const qint64 first = page * PageCache<Task>::pageSize;
        QList<qint64> came;
        for (qint64 row = first; row < first + rows->rows.size(); ++row)
            came.append(row);
        tell(came);
    }
    ask();
}

void TaskWindow::onWindowsChanged(const QList<WindowChanged> &frames)
{
    QList<qint64> changed;
    const auto before = std::tuple(m_now.wouldMove, m_now.orderChanged);
    const qint64 count = m_now.count;
    for (const WindowChanged &frame : frames) {
        if (m_now.window != 0 && frame.window == m_now.window) {
            takeInto(m_now, frame, changed);
        } else if (m_next && m_next->sight.window == 0) {
            m_next->early.append(frame); // it may overtake the answer that says which window is ours
        } else if (m_next && frame.window == m_next->sight.window) {
            QList<qint64> none;
            takeInto(m_next->sight, frame, none);
        }
    }
    if (m_now.count != count)
        emit rowCountChanged(count, m_now.count);
    tell(changed);
    if (before != std::tuple(m_now.wouldMove, m_now.orderChanged))
        emit newsChanged();
}

void TaskWindow::takeInto(Sight &sight, const WindowChanged &frame, QList<qint64> &changed)
{
    for (const Task &row : frame.rows) {
        if (const auto place = sight.cache.update(row))
            changed.append(*place);
    }
    sight.wouldMove = frame.wouldMove;
    sight.orderChanged = frame.orderChanged;
    sight.revision = std::max(sight.revision, frame.revision);
    m_mirror.noteUpdates(frame.rows.size(), frame.revision);
    if (sight.isCounted || frame.count < 0)
        return;
    sight.isCounted = true;
    sight.count = frame.count;
    // The first page was read a moment before the order that counts: what came between belongs to both.
    sight.queue.want(0);
    m_ask.start();
}

void TaskWindow::tell(QList<qint64> rows)
{
    rows.removeIf([this](qint64 row) { return !m_visible.contains(row); });
    if (!rows.isEmpty())
        emit rowsChanged(rangesOf(std::move(rows)));
}

void TaskWindow::locate(TaskId id, QObject *context, std::function<void(qint64)> handler)
{
    if (const auto row = rowOf(id); row || m_now.window == 0) {
        QMetaObject::invokeMethod(context, [handler = std::move(handler), row] { handler(row.value_or(-1)); },
                                  Qt::QueuedConnection);
        return;
    }
    m_connection.send(LocateInWindow{.window = m_now.window, .ids = {id}}, context,
                      [handler = std::move(handler)](const Result<WindowPlaces> &places) {
                          handler(places ? places->places.value(0, -1) : -1);
                      });
}

void TaskWindow::fetchIds(RowRange rows, QObject *context, std::function<void(const QList<TaskId> &)> handler)
{
    if (rows.isEmpty() || m_now.window == 0)
        return;
    const qint64 page = PageCache<Task>::pageOf(rows.first);
    m_now.queue.given(page); // the daemon counts it among those it keeps up to date
    m_connection.send(GetWindowPage{.window = m_now.window, .page = page}, context,
                      [self = QPointer(this), rows, context, handler = std::move(handler),
                       round = m_now.round](const Result<WindowRows> &answer) {
                          if (!answer)
                              return;
                          QList<TaskId> ids;
                          for (qsizetype i = 0; i < answer->rows.size(); ++i) {
                              if (rows.contains(answer->first + i) && answer->rows[i].rev > 0)
                                  ids.append(answer->rows[i].id);
                          }
                          handler(ids);
                          const RowRange rest{answer->first + PageCache<Task>::pageSize, rows.last};
                          if (self && self->m_now.round == round)
                              self->fetchIds(rest, context, handler);
                      });
}

void TaskWindow::onLost()
{
    m_now.window = 0;
    m_now.round = 0; // pages that are asked again by themselves would be of another window
    m_next.reset();
    ++m_round;
    if (m_state != State::Idle)
        setState(State::Away);
}

void TaskWindow::onSignedIn()
{
    if (m_state != State::Idle)
        renew(Keep::TheRowsInSight);
}

void TaskWindow::onFailed(const Error &error)
{
    m_next.reset();
    if (isAway(error.code))
        return;
    m_error = error;
    setState(State::Failed);
}

void TaskWindow::closeWindow(qint64 window)
{
    if (window != 0 && m_connection.isReady())
        m_connection.send(CloseWindow{.window = window}, &m_connection, [](const auto &) { });
}

void TaskWindow::setState(State state)
{
    if (std::exchange(m_state, state) != state)
        emit stateChanged();
}

} // namespace Drover
