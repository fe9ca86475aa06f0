#include "ui/shell/workspace.h"

#include "app/client/connection.h"
#include "app/profiles/consolestate.h"
#include "ui/shell/dockframe.h"
#include "ui/shell/dropzone.h"
#include "ui/shell/notifier.h"
#include "ui/shell/savedcounts.h"
#include "ui/shell/serverlink.h"
#include "ui/shell/sheets.h"
#include "ui/shell/tabarea.h"
#include "ui/shell/view.h"
#include "ui/shell/viewwindow.h"
#include "ui/shell/windownotices.h"
#include "ui/widgets/actionregistry.h"
#include "ui/widgets/look.h"

#include <QtCore/QJsonArray>
#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QApplication>
#include <QtWidgets/QMainWindow>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr int narrowArea = 820; // without the rail
constexpr int layoutVersion = 1; // raised when docks are renamed: older layouts are passed over then

} // namespace

Workspace::Workspace(const QString &name, Look &look, ActionRegistry &actions, Connection &connection, Mirror &mirror, ConsoleState &state,
                     QList<ViewKind> kinds, Sheets &sheets, const Watchdog &watchdog, QObject *parent)
    : Shell(parent), m_name(name), m_look(look), m_state(state), m_kinds(std::move(kinds)), m_sheets(sheets), m_watchdog(watchdog),
      m_area(std::make_unique<QMainWindow>()), m_tabs(new TabArea(look)),
      m_notices(std::make_unique<WindowNotices>(look, sheets, m_tabs)),
      m_desk(new Desk{look, actions, connection, mirror, state, *m_notices}),
      m_link(std::make_unique<ServerLink>(*m_desk)), m_notifier(std::make_unique<Notifier>(*m_desk)),
      m_counts(std::make_unique<SavedCounts>(*m_desk))
{
    m_area->setWindowFlags(Qt::Widget);
    m_area->setObjectName(u"workspace"_s);
    m_area->setCentralWidget(m_tabs);
    m_area->setDockNestingEnabled(false);
    m_area->setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    m_area->setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    m_notices->setUndo([this](OperationId operation) { m_link->undo(operation); });
    connect(m_tabs, &TabArea::currentChanged, this, [this](View *view) {
        if (view)
            view->activated();
        emit currentViewChanged(view);
    });
    connect(m_tabs, &TabArea::closeAsked, this, &Workspace::close);
    connect(m_tabs, &TabArea::windowAsked, this, &Workspace::tearOff);
    connect(m_link.get(), &ServerLink::changed, this, &Workspace::onLinkChanged);
    m_notices->setServerLabel([this] { return newServerLabel(tr("on")); });
    m_area->installEventFilter(this);
    new DropZone(look, m_area.get());
    connect(m_notifier.get(), &Notifier::told, this, [this](Telling, const QString &text) {
        // What one did oneself was said already.
        if (m_notices->told().value(0).text != text)
            m_notices->note(text);
    });
    m_keeping.setInterval(15s); // a session that ends at once loses little
    connect(&m_keeping, &QTimer::timeout, this, qOverload<>(&Workspace::keep));
    makeDocks();
}

Workspace::~Workspace()
{
    // Views speak to the desk while they go.
    for (ViewWindow *window : std::as_const(m_windows))
        delete window;
    m_area.reset();
}

QWidget *Workspace::widget() const
{
    return m_area.get();
}

ServerFace Workspace::face() const
{
    const QJsonObject kept = this->kept(u"server"_s).toObject();
    ServerFace face;
    face.name = m_name;
    face.kind = kept.value(u"kind"_s).toString();
    face.color = QColor::fromString(kept.value(u"color"_s).toString());
    return face;
}

void Workspace::setServerFace(const QColor &color, const QString &kind)
{
    keep(u"server"_s, QJsonObject{{u"color"_s, color.isValid() ? color.name() : QString()}, {u"kind"_s, kind}});
    emit faceChanged();
}

QWidget *Workspace::newServerLabel(const QString &words)
{
    return new ServerLabel(m_look, words, face());
}

void Workspace::makeDocks()
{
    for (const ViewKind &kind : m_kinds) {
        if (kind.place != Place::RightDock && kind.place != Place::BottomDock)
            continue;
        auto *dock = new DockFrame(*this, m_look, kind, m_area.get());
        const Qt::DockWidgetArea side = kind.place == Place::RightDock ? Qt::RightDockWidgetArea : Qt::BottomDockWidgetArea;
        m_area->addDockWidget(side, dock);
        for (DockFrame *other : std::as_const(m_docks)) {
            if (other->kind().place == kind.place) {
                m_area->tabifyDockWidget(other, dock);
                break;
            }
        }
        dock->hide();
        m_docks.append(dock);
        connect(dock, &DockFrame::made, this, [this, dock](View *view) { adopt(view, dock->kind()); });
    }
}

// ---- views ----------------------------------------------------------------------------------------

const ViewKind *Workspace::kind(const QString &id) const
{
    const auto found = std::find_if(m_kinds.cbegin(), m_kinds.cend(), [&](const ViewKind &kind) { return kind.id == id; });
    return found == m_kinds.cend() ? nullptr : &*found;
}

const ViewKind *Workspace::kindFor(const ObjectLink &link) const
{
    if (link.kind == "view"_L1)
        return kind(link.id);
    const ViewKind *whole = nullptr;
    for (const ViewKind &kind : m_kinds) {
        if (!link.part.isEmpty() && kind.opens.contains(link.kind + u'/' + link.part))
            return &kind;
        // What opens in a tab comes before the dock that shows the same.
        if (kind.opens.contains(link.kind) && (!whole || whole->place == Place::RightDock))
            whole = &kind;
    }
    return whole;
}

View *Workspace::make(const ViewKind &kind, const ObjectLink &object)
{
    View *view = kind.create(*this, object);
    adopt(view, kind);
    return view;
}

void Workspace::adopt(View *view, const ViewKind &kind)
{
    m_ids.insert(view, kind.id);
    if (view->objectName().isEmpty())
        view->setObjectName(u"view."_s + kind.id);
    if (view->accessibleName().isEmpty())
        view->setAccessibleName(kind.title);
    for (const QString &id : view->actionIds()) {
        Action *action = m_desk->actions.find(id);
        if (action && action->spec().scope == ShortcutScope::Table)
            view->addAction(action); // heard while the keyboard is in this view
    }
    connect(view, &View::titleChanged, this, &Workspace::viewNewsChanged);
    connect(view, &View::statusChanged, this, &Workspace::viewNewsChanged);
    connect(view, &View::actionsChanged, this, &Workspace::viewNewsChanged);
    connect(view, &View::filterChanged, this, &Workspace::viewNewsChanged);
    connect(view, &QObject::destroyed, this, [this, view] { m_ids.remove(view); });
    const QJsonObject state = kept(u"view/"_s + kind.id).toObject();
    if (!state.isEmpty())
        view->restore(state);
    emit viewMade(view);
}

QString Workspace::idOf(const View *view) const
{
    return m_ids.value(view);
}

View *Workspace::viewOf(const ViewKind &kind, const ObjectLink &object) const
{
    for (View *view : views()) {
        if (m_ids.value(view) != kind.id)
            continue;
        if (kind.place == Place::Rail || kind.place == Place::RailFoot)
            return view;
        const ObjectLink shown = view->object();
        if (shown.kind == object.kind && shown.id == object.id && shown.attempt == object.attempt)
            return view;
    }
    return nullptr;
}

void Workspace::open(const ObjectLink &link, OpenIn where)
{
    const ViewKind *kind = kindFor(link);
    if (!kind) {
        m_notices->tellError(tr("%1 cannot be shown").arg(link.text()),
                             Error{ErrorCode::NotFound, tr("this console has no view for it; a newer one may have")});
        return;
    }
    const bool isDock = kind->place == Place::RightDock || kind->place == Place::BottomDock;
    if (isDock && where == OpenIn::Tab) {
        setCurrentObject(link);
        showDock(kind->id);
        for (DockFrame *dock : std::as_const(m_docks)) {
            if (dock->kind().id == kind->id && dock->view())
                dock->view()->goTo(link);
        }
        return;
    }
    if (kind->place == Place::Sheet) {
        View *view = make(*kind, link);
        m_sheets.open(view, 940);
        view->activated();
        return;
    }
    View *view = where == OpenIn::NewTab || isDock ? nullptr : viewOf(*kind, link);
    const bool isRail = kind->place == Place::Rail || kind->place == Place::RailFoot;
    if (!view) {
        view = make(*kind, link);
        m_tabs->add(view, isRail && !viewOf(*kind, link) ? TabArea::Closable::No : TabArea::Closable::Yes);
    }
    if (where == OpenIn::Window) {
        tearOff(view, {});
        view->goTo(link);
        return;
    }
    m_tabs->setCurrent(view);
    for (ViewWindow *window : std::as_const(m_windows)) {
        if (window->view() == view)
            window->activateWindow();
    }
    if (link.kind != "view"_L1)
        view->goTo(link);
    if (link.query.contains(u"where"_s)) {
        view->setFilter(link.query.value(u"where"_s));
        emit viewNewsChanged();
    }
    view->setFocus();
}

void Workspace::showView(const QString &id, const QString &filter)
{
    ObjectLink link;
    link.kind = u"view"_s;
    link.id = id;
    open(link);
    View *view = currentView();
    if (view && m_ids.value(view) == id && !filter.isNull()) {
        view->setFilter(filter);
        emit viewNewsChanged();
    }
}

void Workspace::setCurrentObject(const ObjectLink &link)
{
    if (m_current == link)
        return;
    m_current = link;
    emit currentObjectChanged(link);
}

bool Workspace::isNarrow() const
{
    return m_area->width() < m_look.scaled(narrowArea);
}

// In a narrow window what stands at the right would leave no room: it is hidden, and comes back.
void Workspace::fitDocks()
{
    if (!isNarrow()) {
        for (const QString &id : std::exchange(m_narrowed, {})) {
            for (DockFrame *dock : std::as_const(m_docks)) {
                if (dock->kind().id == id)
                    dock->show();
            }
        }
        return;
    }
    for (DockFrame *dock : std::as_const(m_docks)) {
        if (dock->kind().place != Place::RightDock || dock->isHidden())
            continue;
        m_narrowed.append(dock->kind().id);
        dock->hide();
    }
}

bool Workspace::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_area.get() && event->type() == QEvent::Resize && m_area->isVisible())
        fitDocks();
    return Shell::eventFilter(watched, event);
}

void Workspace::showDock(const QString &id)
{
    for (DockFrame *dock : std::as_const(m_docks)) {
        if (dock->kind().id != id)
            continue;
        if (dock->kind().place == Place::RightDock && isNarrow()) { // a tab then
            View *view = viewOf(dock->kind(), m_current);
            if (!view || !m_tabs->views().contains(view)) {
                view = make(dock->kind(), m_current);
                m_tabs->add(view, TabArea::Closable::Yes);
            }
            m_tabs->setCurrent(view);
            return;
        }
        const bool first = dock->isHidden();
        dock->show();
        dock->raise();
        if (first) {
            const bool right = dock->kind().place == Place::RightDock;
            const int wide = m_area->width() >= 1600 ? (right ? 420 : 300) : (right ? 336 : 236);
            m_area->resizeDocks({dock}, {m_look.scaled(wide)}, right ? Qt::Horizontal : Qt::Vertical);
        }
        if (View *view = dock->need())
            view->setFocus();
    }
}

void Workspace::toggleDock(const QString &id)
{
    for (DockFrame *dock : std::as_const(m_docks)) {
        if (dock->kind().id == id && dock->isVisible())
            dock->hide();
        else if (dock->kind().id == id)
            showDock(id);
    }
}

void Workspace::showSheet(QWidget *content, int width)
{
    m_sheets.open(content, width);
}

void Workspace::closeSheet(QWidget *content)
{
    m_sheets.close(content);
}

void Workspace::copy(const QString &text, const QString &what)
{
    QGuiApplication::clipboard()->setText(text);
    m_notices->tell(tr("%1 copied").arg(what));
}

QList<View *> Workspace::views() const
{
    QList<View *> all = m_tabs->views();
    for (const ViewWindow *window : m_windows)
        all.append(window->view());
    for (const DockFrame *dock : m_docks) {
        if (dock->view())
            all.append(dock->view());
    }
    return all;
}

View *Workspace::currentView() const
{
    return m_tabs->current();
}

QString Workspace::currentViewId() const
{
    return m_ids.value(currentView());
}

View *Workspace::focusedView() const
{
    for (QWidget *at = QApplication::focusWidget(); at; at = at->parentWidget()) {
        if (auto *view = qobject_cast<View *>(at); view && m_ids.contains(view))
            return view;
    }
    return nullptr;
}

View *Workspace::targetOf(const QString &actionId) const
{
    for (View *view : {focusedView(), currentView()}) {
        if (view && view->actionIds().contains(actionId))
            return view;
    }
    return nullptr;
}

void Workspace::close(View *view)
{
    if (!view || (m_tabs->views().size() == 1 && m_tabs->views().contains(view)))
        return; // one stays
    keepView(view);
    m_tabs->release(view);
    view->hide();
    view->deleteLater();
}

void Workspace::tearOff(View *view, QPoint where)
{
    const bool closable = m_tabs->isClosable(view);
    m_tabs->release(view);
    auto *window = new ViewWindow(m_look, m_desk->actions, face(), view);
    m_windows.append(window);
    if (!where.isNull())
        window->move(where - QPoint(80, 10));
    connect(window, &ViewWindow::closing, this, [this, window, closable] {
        m_windows.removeOne(window);
        View *back = window->release();
        m_tabs->add(back, closable ? TabArea::Closable::Yes : TabArea::Closable::No);
        m_tabs->setCurrent(back);
        window->deleteLater();
    });
    window->show();
    view->setFocus();
}

// What the whole view is to know of the connection; the pill at the top says the rest.
void Workspace::onLinkChanged()
{
    BannerArea *banners = m_tabs->banners();
    const std::pair<QString, std::function<void()>> again{tr("Reconnect now"), [this] { m_link->retryNow(); }};
    if (const std::optional<Error> refusal = m_link->refusal()) {
        banners->dismiss(u"stale"_s);
        banners->show({u"refused"_s, Severity::Error, tr("The daemon does not let this console in."), refusal->message, {again}});
        return;
    }
    banners->dismiss(u"refused"_s);
    const ConnectionStatus &status = m_desk->connection.status();
    if (m_link->isOnline() || (status.state == ConnectionState::Connecting && status.tries == 0)) {
        banners->dismiss(u"stale"_s);
    } else if (m_link->wasOnline()) {
        const QDateTime heard = QDateTime::fromMSecsSinceEpoch(toMicroseconds(m_link->heard()) / 1000, m_look.isUtc() ? Qt::UTC : Qt::LocalTime);
        banners->show({u"stale"_s, Severity::Warning, tr("As of %1. Not connected.").arg(QLocale().toString(heard.time(), u"HH:mm:ss"_s)),
                       status.error.message, {again}});
    } else {
        banners->show({u"stale"_s, Severity::Error, tr("%1 does not answer.").arg(m_name),
                       status.tunnel.isEmpty() ? status.error.message : status.tunnel, {again}});
    }
    if (const QString limits = m_link->limits(); !limits.isEmpty())
        banners->show({u"versions"_s, Severity::Hint, limits, {}, {}, true});
    else
        banners->dismiss(u"versions"_s);
}

// ---- what is kept ---------------------------------------------------------------------------------

QJsonValue Workspace::kept(const QString &key) const
{
    return m_state.value(key);
}

void Workspace::keep(const QString &key, const QJsonValue &value)
{
    m_state.setValue(key, value);
}

void Workspace::keepView(const View *view)
{
    const QJsonObject state = view->saved();
    if (!state.isEmpty())
        keep(u"view/"_s + m_ids.value(view), state);
}

void Workspace::keep()
{
    QJsonArray tabs;
    for (const View *view : m_tabs->views()) {
        keepView(view);
        const ObjectLink object = view->object();
        tabs.append(QJsonObject{{u"view"_s, m_ids.value(view)},
                                {u"object"_s, object.isNull() ? QString() : object.text()},
                                {u"filter"_s, view->filter()},
                                {u"current"_s, view == currentView()}});
    }
    for (const DockFrame *dock : std::as_const(m_docks)) {
        if (dock->view())
            keepView(dock->view());
    }
    keep(u"tabs"_s, tabs);
    keep(u"layout"_s, QString::fromLatin1(m_area->saveState(layoutVersion).toBase64()));
    keep(u"object"_s, m_current.isNull() ? QString() : m_current.text());
}

void Workspace::restore()
{
    for (const QJsonValue &value : kept(u"savedViews"_s).toArray()) {
        const QJsonObject one = value.toObject();
        m_saved.append({one.value(u"name"_s).toString(), one.value(u"view"_s).toString(), one.value(u"filter"_s).toString(),
                        one.value(u"state"_s).toObject()});
    }
    countSaved();
    emit savedViewsChanged();
    View *current = nullptr;
    for (const QJsonValue &value : kept(u"tabs"_s).toArray()) {
        const QJsonObject one = value.toObject();
        const ViewKind *known = kind(one.value(u"view"_s).toString());
        if (!known || known->place == Place::Sheet || known->place == Place::RightDock || known->place == Place::BottomDock)
            continue;
        const bool isRail = known->place == Place::Rail || known->place == Place::RailFoot;
        const ObjectLink object = ObjectLink::of(one.value(u"object"_s).toString()).value_or(ObjectLink());
        if (!isRail && object.isNull())
            continue;
        const bool second = viewOf(*known, object);
        if (second && !isRail)
            continue;
        View *view = make(*known, object);
        if (const QString filter = one.value(u"filter"_s).toString(); !filter.isEmpty())
            view->setFilter(filter);
        m_tabs->add(view, isRail && !second ? TabArea::Closable::No : TabArea::Closable::Yes);
        if (one.value(u"current"_s).toBool())
            current = view;
    }
    if (const auto object = ObjectLink::of(kept(u"object"_s).toString()))
        setCurrentObject(*object);
    if (current)
        m_tabs->setCurrent(current);
    if (m_tabs->views().isEmpty()) {
        for (const ViewKind &first : m_kinds) {
            if (first.place == Place::Rail || first.place == Place::RailFoot) {
                showView(first.id);
                break;
            }
        }
    }
    m_keeping.start();
    const QByteArray layout = QByteArray::fromBase64(kept(u"layout"_s).toString().toLatin1());
    if (!layout.isEmpty())
        m_area->restoreState(layout, layoutVersion);
}

void Workspace::setSavedViews(const QList<SavedView> &views)
{
    m_saved = views;
    QJsonArray array;
    for (const SavedView &view : views)
        array.append(QJsonObject{{u"name"_s, view.name}, {u"view"_s, view.view}, {u"filter"_s, view.filter}, {u"state"_s, view.state}});
    keep(u"savedViews"_s, array);
    countSaved();
    emit savedViewsChanged();
}

void Workspace::countSaved()
{
    QList<SavedView> counted;
    for (const SavedView &view : std::as_const(m_saved)) {
        const ViewKind *shown = kind(view.view);
        if (shown && shown->countsTasks)
            counted.append(view);
    }
    m_counts->setViews(counted);
}

void Workspace::openSaved(const QString &name)
{
    for (const SavedView &saved : std::as_const(m_saved)) {
        if (saved.name != name)
            continue;
        showView(saved.view, saved.filter);
        View *view = currentView();
        if (view && m_ids.value(view) == saved.view && !saved.state.isEmpty())
            view->restore(saved.state);
        return;
    }
}

void Workspace::saveCurrent(const QString &name)
{
    const View *view = currentView();
    if (!view)
        return;
    const SavedView saved{name, m_ids.value(view), view->filter(), view->saved()};
    QList<SavedView> views = m_saved;
    const auto known = std::find_if(views.begin(), views.end(), [&](const SavedView &other) { return other.name == name; });
    if (known == views.end())
        views.append(saved);
    else
        *known = saved;
    setSavedViews(views);
}

QStringList Workspace::layoutNames() const
{
    QStringList names{u"Operate"_s, u"Deploy"_s, u"Debug"_s};
    for (const QString &own : kept(u"layouts"_s).toObject().keys())
        names.append(own);
    return names;
}

void Workspace::applyLayout(const QString &name)
{
    const QByteArray own = QByteArray::fromBase64(kept(u"layouts"_s).toObject().value(name).toString().toLatin1());
    if (!own.isEmpty()) {
        m_area->restoreState(own, layoutVersion);
        return;
    }
    const QHash<QString, QStringList> shown{
        {u"Operate"_s, {u"details"_s}}, {u"Deploy"_s, {u"operations"_s}}, {u"Debug"_s, {u"details"_s, u"log"_s}}};
    if (!shown.contains(name))
        return;
    for (DockFrame *dock : std::as_const(m_docks)) {
        if (!shown.value(name).contains(dock->kind().id))
            dock->hide();
    }
    for (const QString &id : shown.value(name))
        showDock(id);
}

void Workspace::saveLayout(const QString &name)
{
    QJsonObject layouts = kept(u"layouts"_s).toObject();
    layouts.insert(name, QString::fromLatin1(m_area->saveState(layoutVersion).toBase64()));
    keep(u"layouts"_s, layouts);
}

} // namespace Drover
