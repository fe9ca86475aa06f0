#include "ui/shell/mainwindow.h"

#include "ui/shell/commandpalette.h"
#include "ui/shell/dockframe.h"
#include "ui/shell/filterline.h"
#include "ui/shell/rail.h"
#include "ui/shell/savedcounts.h"
#include "ui/shell/serverlink.h"
#include "ui/shell/sheets.h"
#include "ui/shell/shellactions.h"
#include "ui/shell/tabarea.h"
#include "ui/shell/view.h"
#include "ui/shell/watchdog.h"
#include "ui/shell/windownotices.h"
#include "ui/shell/workspace.h"
#include "ui/widgets/actionregistry.h"
#include "ui/widgets/look.h"

#include <QtCore/QMimeData>
#include <QtGui/QKeyEvent>
#include <QtGui/QScreen>
#include <QtWidgets/QApplication>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QMenu>
#include <QtWidgets/QStackedWidget>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr int narrowWindow = 1100; // the rail is icons below

} // namespace

MainWindow::MainWindow(Look &look, ActionRegistry &actions, QList<ViewKind> kinds, Watchdog &watchdog)
    : m_look(look), m_actions(actions), m_kinds(std::move(kinds)), m_watchdog(watchdog), m_stripe(new ServerStripe(look)),
      m_rail(new Rail(look)), m_stack(new QStackedWidget), m_status(new StatusLine(look)), m_sheets(new Sheets(look, this)),
      m_palette(new CommandPalette(look, this))
{
    setObjectName(u"mainWindow"_s);
    setMinimumSize(800, 480);
    setAcceptDrops(true);
    registerShellActions(actions);
    m_top = new TopBar(look, *actions.find(u"server.hold"_s), *actions.find(u"server.submit"_s));
    auto *centre = new QWidget;
    auto *column = new QVBoxLayout(centre);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto *middle = new QHBoxLayout;
    middle->setSpacing(0);
    middle->addWidget(m_rail);
    middle->addWidget(m_stack, 1);
    column->addWidget(m_stripe);
    column->addWidget(m_top);
    column->addLayout(middle, 1);
    column->addWidget(m_status);
    setCentralWidget(centre);
    m_rail->setKinds(m_kinds);
    wireBars();
    wireActions();
    m_updates.setSingleShot(true);
    m_updates.setInterval(30); // rows that move say so often; each action is looked at again as it is triggered
    connect(&m_updates, &QTimer::timeout, this, &MainWindow::updateActions);
    connect(qApp, &QApplication::focusChanged, this, &MainWindow::updateLater);
    connect(m_sheets, &Sheets::changed, this, &MainWindow::updateLater);
    showCurrent();
    resize(QSize(look.scaled(1440), look.scaled(900)).boundedTo(screen()->availableSize()));
}

MainWindow::~MainWindow()
{
    disconnect(qApp, nullptr, this, nullptr);
    m_current = nullptr;
    m_workspaces.clear();
}

// ---- servers --------------------------------------------------------------------------------------

Workspace *MainWindow::addServer(const QString &profile, Connection &connection, Mirror &mirror, ConsoleState &state)
{
    m_workspaces.push_back(std::make_unique<Workspace>(profile, m_look, m_actions, connection, mirror, state, m_kinds, *m_sheets, m_watchdog));
    Workspace *workspace = m_workspaces.back().get();
    m_stack->addWidget(workspace->widget());
    const auto ifCurrent = [this, workspace](auto member) {
        return [this, workspace, member] {
            if (workspace == m_current)
                (this->*member)();
        };
    };
    connect(workspace, &Workspace::currentViewChanged, this, ifCurrent(&MainWindow::showFilter));
    connect(workspace, &Workspace::viewNewsChanged, this, ifCurrent(&MainWindow::showFilter));
    connect(workspace, &Workspace::savedViewsChanged, this, ifCurrent(&MainWindow::showCurrent));
    connect(workspace, &Workspace::faceChanged, this, ifCurrent(&MainWindow::showCurrent));
    connect(&workspace->link(), &ServerLink::changed, this, ifCurrent(&MainWindow::showNews));
    connect(&workspace->notices(), &WindowNotices::unreadChanged, this, ifCurrent(&MainWindow::showNews));
    connect(&workspace->savedCounts(), &SavedCounts::counted, this, [this, workspace](const QString &name, const QString &count) {
        if (workspace == m_current)
            m_rail->setSavedCount(name, count);
    });
    workspace->restore();
    if (!m_current)
        setCurrent(workspace);
    return workspace;
}

void MainWindow::removeServer(Workspace *workspace)
{
    workspace->keep();
    const auto found = std::find_if(m_workspaces.begin(), m_workspaces.end(), [&](const auto &one) { return one.get() == workspace; });
    if (found == m_workspaces.end())
        return;
    m_stack->removeWidget(workspace->widget());
    if (m_current == workspace)
        m_current = nullptr;
    m_workspaces.erase(found);
    setCurrent(m_workspaces.empty() ? nullptr : m_workspaces.front().get());
}

QList<Workspace *> MainWindow::workspaces() const
{
    QList<Workspace *> all;
    for (const auto &workspace : m_workspaces)
        all.append(workspace.get());
    return all;
}

void MainWindow::setCurrent(Workspace *workspace)
{
    m_current = workspace;
    showCurrent();
}

void MainWindow::setEmpty(QWidget *widget)
{
    m_empty = widget;
    m_stack->addWidget(widget);
    showCurrent();
}

void MainWindow::showCurrent()
{
    const bool any = m_current;
    if (any)
        m_stack->setCurrentWidget(m_current->widget());
    else if (m_empty)
        m_stack->setCurrentWidget(m_empty);
    m_rail->setVisible(any);
    m_top->setServerShown(any);
    const ServerFace face = any ? m_current->face() : ServerFace{tr("No server"), {}, {}};
    m_stripe->setFace(face);
    m_top->server()->setFace(face);
    m_rail->setSavedViews(any ? m_current->savedViews() : QList<SavedView>());
    for (const SavedView &view : any ? m_current->savedViews() : QList<SavedView>())
        m_rail->setSavedCount(view.name, m_current->savedCounts().of(view.name));
    setWindowTitle(any ? face.name : QString()); // the program's name is put behind it
    showFilter();
    showNews();
}

void MainWindow::showFilter()
{
    View *view = m_current ? m_current->currentView() : nullptr;
    FilterLine *line = m_top->filterLine();
    line->setSubject(view ? view->filterUse() : FilterUse::None, view ? view->title().toLower() : QString());
    line->setFilter(view ? view->filter() : QString());
    m_rail->setCurrent(m_current ? m_current->currentViewId() : QString());
    const View *focused = m_current ? m_current->focusedView() : nullptr;
    const View *shown = focused && !focused->status().shown.isEmpty() ? focused : view;
    m_status->setView(shown ? shown->status() : ViewStatus());
    updateLater();
}

void MainWindow::showNews()
{
    if (!m_current) {
        m_status->setNews({});
        m_top->operations()->setNews({});
        updateLater();
        return;
    }
    const ServerLink &link = m_current->link();
    m_top->freshness()->setNews(link.freshness());
    m_top->hold()->setHeld(link.isHeld());
    m_top->operations()->setNews(link.operations());
    m_top->bell()->setUnread(m_current->notices().unread());
    m_status->setNews(link.status());
    for (const ViewKind &kind : m_kinds) {
        if (kind.badge)
            m_rail->setBadge(kind.id, kind.badge(m_current->desk().mirror));
    }
    updateLater();
}

// ---- bars -----------------------------------------------------------------------------------------

void MainWindow::wireBars()
{
    FilterLine *line = m_top->filterLine();
    line->setNames([this](FilterField field) { return namesOf(field); });
    connect(line, &FilterLine::entered, this, [this](const QString &filter) {
        if (View *view = m_current ? m_current->currentView() : nullptr)
            view->setFilter(filter);
    });
    connect(line, &FilterLine::left, this, [this] {
        if (View *view = m_current ? m_current->currentView() : nullptr)
            view->setFocus(Qt::ShortcutFocusReason);
    });
    connect(m_top->server(), &QAbstractButton::clicked, this, &MainWindow::showServerMenu);
    connect(m_top->freshness(), &QAbstractButton::clicked, this, &MainWindow::connectionDetailsAsked);
    connect(m_top->operations(), &QAbstractButton::clicked, this, [this] {
        if (m_current)
            m_current->showDock(u"operations"_s);
    });
    connect(m_top->bell(), &QAbstractButton::clicked, this, &MainWindow::showBell);
    connect(m_rail, &Rail::chosen, this, [this](const QString &id) {
        if (m_current)
            m_current->showView(id);
    });
    connect(m_rail, &Rail::savedChosen, this, [this](const QString &name) {
        if (!m_current)
            return;
        m_current->openSaved(name);
        m_rail->setCurrent({}, name);
    });
    connect(m_rail, &Rail::savedMenu, this, &MainWindow::showSavedMenu);
    connect(m_rail, &Rail::savedMoved, this, [this](const QString &name, int to) {
        QList<SavedView> views = m_current->savedViews();
        for (qsizetype i = 0; i < views.size(); ++i) {
            if (views.at(i).name == name) {
                views.move(i, to);
                break;
            }
        }
        m_current->setSavedViews(views);
    });
    connect(m_rail, &Rail::saveAsked, this, &MainWindow::saveView);
    connect(m_rail, &Rail::collapseAsked, this, [this](bool narrow) {
        m_railNarrow = narrow;
        m_rail->setCollapsed(narrow);
    });
}

void MainWindow::applyRail()
{
    m_rail->setCollapsed(m_railNarrow || width() < m_look.scaled(narrowWindow));
}

void MainWindow::showServerMenu()
{
    auto *menu = new QMenu(this);
    menu->setObjectName(u"serverMenu"_s);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    QStringList open;
    for (Workspace *workspace : workspaces()) {
        const ServerFace face = workspace->face();
        open.append(face.name);
        QAction *action = menu->addAction(face.kind.isEmpty() ? face.name : face.name + u"  "_s + face.kind);
        action->setCheckable(true);
        action->setChecked(workspace == m_current);
        connect(action, &QAction::triggered, this, [this, workspace] { setCurrent(workspace); });
    }
    for (const QString &name : std::as_const(m_profiles)) {
        if (open.contains(name))
            continue;
        connect(menu->addAction(name), &QAction::triggered, this, [this, name] { emit serverChosen(name); });
    }
    if (!menu->isEmpty())
        menu->addSeparator();
    for (const QString &id : {u"server.add"_s, u"server.details"_s, u"server.reconnect"_s, u"window.preferences"_s})
        menu->addAction(m_actions.find(id));
    menu->popup(m_top->server()->mapToGlobal(QPoint(0, m_top->server()->height() + 2)));
}

void MainWindow::showBell()
{
    if (!m_current)
        return;
    auto *menu = new QMenu(this);
    menu->setObjectName(u"bellMenu"_s);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const QList<Told> told = m_current->notices().told();
    for (const Told &one : told.first(std::min<qsizetype>(15, told.size()))) {
        const QDateTime at = m_look.isUtc() ? one.at : one.at.toLocalTime();
        const QString text = fontMetrics().elidedText(one.text, Qt::ElideMiddle, m_look.scaled(520));
        QAction *action = menu->addAction(text.trimmed() + u'\t' + QLocale().toString(at.time(), u"HH:mm:ss"_s));
        action->setIcon(m_look.icon(one.error ? u"state-failed"_s : u"check"_s, one.error ? Tint::Failed : Tint::Text2));
        connect(action, &QAction::triggered, this, [this, whole = one.text] { m_current->copy(whole, tr("Message")); });
    }
    if (menu->isEmpty())
        menu->addAction(tr("Nothing was told yet"))->setEnabled(false);
    m_current->notices().readAll();
    menu->popup(m_top->bell()->mapToGlobal(QPoint(0, m_top->bell()->height() + 2)));
}

void MainWindow::showSavedMenu(const QString &name, QPoint where)
{
    auto *menu = new QMenu(this);
    menu->setObjectName(u"savedMenu"_s);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    connect(menu->addAction(tr("Rename…")), &QAction::triggered, this, [this, name] { renameSaved(name); });
    connect(menu->addAction(tr("Save the view as it is now")), &QAction::triggered, this, [this, name] { m_current->saveCurrent(name); });
    connect(menu->addAction(tr("Remove")), &QAction::triggered, this, [this, name] {
        QList<SavedView> views = m_current->savedViews();
        views.removeIf([&](const SavedView &view) { return view.name == name; });
        m_current->setSavedViews(views);
    });
    menu->popup(where);
}

void MainWindow::renameSaved(const QString &name)
{
    const auto problem = [this, name](const QString &text) {
        if (text.trimmed().isEmpty())
            return tr("A view needs a name");
        for (const SavedView &view : m_current->savedViews()) {
            if (view.name == text.trimmed() && view.name != name)
                return tr("There is one of that name already");
        }
        return QString();
    };
    m_current->notices().askText(tr("Rename view"), tr("Name"), name, problem, this, [this, name](const QString &text) {
        QList<SavedView> views = m_current->savedViews();
        for (SavedView &view : views) {
            if (view.name == name)
                view.name = text.trimmed();
        }
        m_current->setSavedViews(views);
    });
}

void MainWindow::saveView()
{
    const View *view = m_current ? m_current->currentView() : nullptr;
    if (!view)
        return;
    const auto problem = [](const QString &text) {
        return text.trimmed().isEmpty() ? tr("A view needs a name") : QString();
    };
    m_current->notices().askText(tr("Save this view"), tr("Name"), view->title(), problem, this,
                                 [this](const QString &text) { m_current->saveCurrent(text.trimmed()); });
}

bool MainWindow::event(QEvent *event)
{
    if (event->type() == QEvent::StatusTip) {
        m_status->setHint(static_cast<QStatusTipEvent *>(event)->tip());
        return true;
    }
    return QMainWindow::event(event);
}

void MainWindow::resizeEvent(QResizeEvent *event)
{
    QMainWindow::resizeEvent(event);
    applyRail();
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    for (Workspace *workspace : workspaces())
        workspace->keep();
    QMainWindow::closeEvent(event);
    emit quitAsked();
}

void MainWindow::dragEnterEvent(QDragEnterEvent *event)
{
    // Files and texts are for views; a link or an invitation is for the window.
    if (event->mimeData()->hasText() && event->mimeData()->text().trimmed().startsWith(u"drover://"_s))
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent *event)
{
    openLink(event->mimeData()->text().trimmed());
}

} // namespace Drover
