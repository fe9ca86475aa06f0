#include "ui/shell/mainwindow.h"
#include "app/work/oldwords.h"
#include "backend/protocol/enumtext.h"
#include "ui/shell/commandpalette.h"
#include "ui/shell/dockframe.h"
#include "ui/shell/droptarget.h"
#include "ui/shell/filterline.h"
#include "ui/shell/rail.h"
#include "ui/shell/serverlink.h"
#include "ui/shell/sheets.h"
#include "ui/shell/shortcutsheet.h"
#include "ui/shell/tabarea.h"
#include "ui/shell/view.h"
#include "ui/shell/watchdog.h"
#include "ui/shell/windownotices.h"
#include "ui/shell/workspace.h"
#include "ui/widgets/actionregistry.h"
#include "ui/widgets/look.h"

#include <QtCore/QMimeData>
#include <QtGui/QClipboard>
#include <QtGui/QKeyEvent>
#include <QtWidgets/QApplication>

using namespace Qt::StringLiterals;

// What the window does, and who does the rest.
namespace Drover {

namespace {

QString levelWord(Level level)
{
    const std::string_view word = enumWord(level);
    return QString::fromLatin1(word.data(), qsizetype(word.size()));
}

} // namespace

void MainWindow::bind(const QString &id, std::function<void()> run, std::function<QString()> whyNot)
{
    Q_ASSERT(m_actions.find(id));
    m_own.insert(id, {std::move(run), std::move(whyNot)});
}

void MainWindow::wireActions()
{
    const auto needsServer = [this] {
        return m_current ? QString() : tr("No server is open");
    };
    const auto needsView = [this] {
        return m_current && m_current->currentView() ? QString() : tr("No view is open");
    };
    const auto needsFilter = [this] {
        const View *view = m_current ? m_current->currentView() : nullptr;
        return view && view->filterUse() != FilterUse::None ? QString() : tr("This view has nothing to filter");
    };
    const auto needsObject = [this] {
        return m_current && !m_current->currentObject().isNull() ? QString() : tr("Nothing is selected");
    };
    bind(u"window.palette"_s, [this] {
        const ObjectLink about = m_current ? m_current->currentObject() : ObjectLink();
        m_palette->open([this](const QString &typed) { return paletteEntries(typed); },
                        about.isNull() ? QString() : about.kind + u' ' + about.id);
    });
    bind(u"window.filter"_s, [this] { m_top->filterLine()->take(); }, needsFilter);
    bind(u"window.clearFilter"_s, [this] { m_top->filterLine()->clear(); }, needsFilter);
    bind(u"window.newTab"_s, [this] { m_current->open(m_current->currentObject(), OpenIn::NewTab); }, needsObject);
    bind(u"window.tearOff"_s, [this] { m_current->tearOff(m_current->currentView(), {}); }, [this] {
        return m_current && m_current->tabs().views().size() > 1 ? QString() : tr("It is the only tab");
    });
    bind(u"window.closeTab"_s, [this] { m_current->close(m_current->currentView()); }, [this] {
        return m_current && m_current->tabs().views().size() > 1 ? QString() : tr("It is the only tab");
    });
    const auto step = [this](int by) {
        TabStrip *strip = m_current->tabs().strip();
        if (strip->count() > 0)
            strip->setCurrentIndex((strip->currentIndex() + by + strip->count()) % strip->count());
    };
    bind(u"window.nextTab"_s, [step] { step(1); }, needsView);
    bind(u"window.previousTab"_s, [step] { step(-1); }, needsView);
    bind(u"window.nextPane"_s, [this] { cyclePane(1); });
    bind(u"window.previousPane"_s, [this] { cyclePane(-1); });
    bind(u"window.back"_s, [this] { back(); });
    bind(u"window.shortcuts"_s, [this] { showShortcuts(); });
    bind(u"window.preferences"_s, [this] { m_current->showView(u"preferences"_s); }, needsServer);
    bind(u"window.rail"_s, [this] {
        m_railNarrow = !m_rail->isCollapsed();
        m_rail->setCollapsed(m_railNarrow);
    }, needsServer);
    bind(u"window.utc"_s, [this] { m_look.setUtc(!m_look.isUtc()); });
    bind(u"window.density"_s, [this] {
        m_look.setDensity(m_look.density() == Density::Compact ? Density::Cosy : Density::Compact);
    });
    bind(u"window.saveView"_s, [this] { saveView(); }, needsView);
    bind(u"window.saveLayout"_s, [this] {
        const auto problem = [](const QString &text) {
            return text.trimmed().isEmpty() ? tr("A layout needs a name") : QString();
        };
        m_current->notices().askText(tr("Save this layout"), tr("Name"), {}, problem, this,
                                     [this](const QString &text) { m_current->saveLayout(text.trimmed()); });
    }, needsServer);
    bind(u"window.copyLink"_s, [this] {
        ObjectLink link = m_current->currentObject();
        link.store = m_current->link().store();
        m_current->copy(link.text(), tr("Link"));
    }, needsObject);
    bind(u"window.openLink"_s, [this] {
        const auto problem = [](const QString &text) {
            return ObjectLink::of(text.trimmed()) || text.trimmed().startsWith(u"drover://join/"_s)
                       ? QString() : tr("This is no drover:// link; copy it again, whole");
        };
        m_current->notices().askText(tr("Open a link"), tr("A drover:// link"), {}, problem, this,
                                     [this](const QString &text) { openLink(text.trimmed()); });
    }, needsServer);
    bind(u"window.quit"_s, [this] { close(); });
    for (int n = 1; n <= 9; ++n) {
        bind(u"window.go%1"_s.arg(n), [this, n] { goToRail(n); }, [this, n] {
            return m_current && n <= m_rail->shownIds().size() ? QString() : tr("There are fewer views");
        });
        const QStringList shown = m_rail->shownIds();
        if (n <= shown.size())
            m_rail->setKeys(shown.at(n - 1), m_actions.find(u"window.go%1"_s.arg(n))->shortcut().toString(QKeySequence::NativeText));
    }
    bind(u"server.add"_s, [this] { emit addServerAsked({}); });
    bind(u"server.reconnect"_s, [this] { m_current->link().retryNow(); }, [this] {
        return !m_current ? tr("No server is open") : m_current->link().isOnline() ? tr("It is connected") : QString();
    });
    bind(u"server.details"_s, [this] { emit connectionDetailsAsked(); }, needsServer);
    bind(u"server.hold"_s, [this] { m_current->link().holdEverything(!m_current->link().isHeld()); });
    const auto cannotSubmit = [this] {
        const bool known = std::any_of(m_kinds.cbegin(), m_kinds.cend(), [](const ViewKind &kind) { return kind.opens.contains(u"submit"_s); });
        return known ? QString() : tr("This console cannot submit");
    };
    bind(u"server.submit"_s, [this] { m_current->open(ObjectLink{.kind = u"submit"_s}); }, cannotSubmit);
    bind(u"server.paste"_s, [this] {
        const QMimeData *mime = QGuiApplication::clipboard()->mimeData();
        const DroppedThings things = mime ? droppedThings(*mime) : DroppedThings();
        if (things.paths.isEmpty() && things.text.isEmpty())
            m_current->notices().tell(tr("The clipboard has neither files nor text"));
        else
            m_current->open(submitLink(things));
    }, cannotSubmit);
    bind(u"window.undo"_s, [this] { m_current->notices().undoLast(); }, [this] {
        return m_current && m_current->notices().hasUndo() ? QString() : tr("Nothing to undo");
    });

    for (Action *action : m_actions.all()) {
        if (action->spec().scope == ShortcutScope::Window)
            addAction(action);
        connect(action, &QAction::triggered, this, [this, action] { trigger(action); });
    }
    const auto showKeys = [this] {
        m_top->filterLine()->setKeys(m_actions.find(u"window.filter"_s)->shortcut().toString(QKeySequence::NativeText));
    };
    connect(&m_actions, &ActionRegistry::shortcutsChanged, this, showKeys);
    showKeys();
}

QString MainWindow::whyNot(const Action &action) const
{
    const ActionSpec &spec = action.spec();
    const auto own = m_own.constFind(action.id());
    const bool changes = spec.needs.value_or(Level::Viewer) >= Level::Operator || spec.reversible != Reversible::ChangesNothing;
    if (changes) {
        if (!m_current)
            return tr("No server is open");
        if (const QString why = m_current->link().whyNoChange(); !why.isEmpty())
            return why;
    }
    if (spec.needs && m_current) {
        const std::optional<Level> level = m_current->link().level();
        if (!level || *level < *spec.needs)
            return tr("Needs the access level %1; you are %2")
                .arg(levelWord(*spec.needs), level ? levelWord(*level) : tr("not signed in"));
    }
    if (own != m_own.cend())
        return own->whyNot ? own->whyNot() : QString();
    if (!m_current)
        return tr("No server is open");
    const View *target = m_current->targetOf(action.id());
    return target ? target->whyNot(action.id()) : tr("Not for what this view shows");
}

void MainWindow::updateLater()
{
    if (!m_updates.isActive())
        m_updates.start();
}

void MainWindow::updateActions()
{
    for (Action *action : m_actions.all())
        action->setBlocked(whyNot(*action));
}

void MainWindow::trigger(Action *action)
{
    if (m_sheets->isOpen() || m_palette->isOpen())
        return; // what is asked there comes first
    // What changed in this very turn counts too.
    if (const QString why = whyNot(*action); !why.isEmpty()) {
        action->setBlocked(why);
        return;
    }
    m_watchdog.setAction(action->id());
    if (const auto own = m_own.constFind(action->id()); own != m_own.cend())
        own->run();
    else if (View *target = m_current ? m_current->targetOf(action->id()) : nullptr)
        target->run(action->id());
    m_watchdog.setAction({});
    updateLater();
}

void MainWindow::goToRail(int n)
{
    const QStringList ids = m_rail->shownIds();
    if (n <= ids.size())
        m_current->showView(ids.at(n - 1));
}

// Rail, filter line, the view, docks that are shown; and around again.
void MainWindow::cyclePane(int step)
{
    QList<QWidget *> panes;
    if (m_rail->isVisible())
        panes.append(m_rail);
    if (m_top->filterLine()->isEnabled())
        panes.append(m_top->filterLine());
    if (m_current) {
        if (View *view = m_current->currentView())
            panes.append(view);
        for (DockFrame *dock : m_current->docks()) {
            if (dock->isVisible() && dock->view())
                panes.append(dock->view());
        }
    }
    if (panes.isEmpty())
        return;
    qsizetype at = -1;
    for (qsizetype i = 0; i < panes.size(); ++i) {
        const QWidget *focused = QApplication::focusWidget();
        if (focused && (panes.at(i) == focused || panes.at(i)->isAncestorOf(focused)))
            at = i;
    }
    const qsizetype next = at < 0 ? 0 : (at + step + panes.size()) % panes.size();
    QWidget *pane = panes.at(next);
    QWidget *inside = pane->focusPolicy() & Qt::TabFocus ? pane : firstFocusable(pane);
    (inside ? inside : pane)->setFocus(Qt::TabFocusReason);
}

void MainWindow::back()
{
    if (!m_current)
        return;
    View *view = m_current->focusedView();
    if (view && view->goBack())
        return;
    View *current = m_current->currentView();
    if (view && view != current && current) {
        current->setFocus(Qt::OtherFocusReason); // from a dock to what it is about
        return;
    }
    if (current)
        current->goBack();
}

void MainWindow::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape) {
        if (m_top->filterLine()->isAncestorOf(QApplication::focusWidget()) && m_current && m_current->currentView())
            m_current->currentView()->setFocus();
        else
            back();
        return;
    }
    QMainWindow::keyPressEvent(event);
}

void MainWindow::showShortcuts()
{
    m_sheets->open(new ShortcutSheet(m_look, m_actions), 720);
}

bool MainWindow::openLink(const QString &text)
{
    if (text.startsWith(u"drover://join/"_s)) {
        emit addServerAsked(text);
        return true;
    }
    const std::optional<ObjectLink> link = ObjectLink::of(text);
    if (!link)
        return false;
    Workspace *target = nullptr;
    for (Workspace *workspace : workspaces()) {
        if (link->store == 0 || workspace->link().store() == link->store)
            target = target && target == m_current ? target : workspace;
    }
    if (!target) {
        if (m_current)
            m_current->notices().tellError(tr("This link is of another server"),
                                           Error{ErrorCode::NotFound, tr("open that server first, then the link")});
        return true;
    }
    setCurrent(target);
    target->open(*link);
    raise();
    activateWindow();
    return true;
}

QStringList MainWindow::namesOf(FilterField field) const
{
    return m_current ? m_current->link().namesOf(field) : QStringList();
}

// ---- the palette ----------------------------------------------------------------------------------

QList<PaletteEntry> MainWindow::actionEntries() const
{
    QList<PaletteEntry> entries;
    // First what the view in hand can do.
    QList<Action *> all;
    for (const View *view : {m_current ? m_current->focusedView() : nullptr, m_current ? m_current->currentView() : nullptr}) {
        for (const QString &id : view ? view->actionIds() : QStringList()) {
            Action *action = m_actions.find(id);
            if (action && !all.contains(action))
                all.append(action);
        }
    }
    for (Action *action : m_actions.all()) {
        if (!all.contains(action))
            all.append(action);
    }
    for (Action *action : std::as_const(all)) {
        if (action->id().startsWith(u"window.go"_s) || action->id() == "window.palette"_L1)
            continue;
        PaletteEntry entry;
        entry.id = action->id();
        entry.section = action->spec().section;
        entry.icon = action->spec().icon.isEmpty() ? u"chevron-right"_s : action->spec().icon;
        entry.text = action->text().remove(u'&');
        entry.detail = action->spec().words;
        entry.keys = action->shortcut().toString(QKeySequence::NativeText);
        entry.blocked = whyNot(*action);
        entry.run = [this, action](bool) { const_cast<MainWindow *>(this)->trigger(action); };
        entries.append(entry);
    }
    if (!m_current)
        return entries;
    for (const QString &name : m_current->layoutNames()) {
        PaletteEntry entry;
        entry.id = u"layout."_s + name;
        entry.section = tr("Window");
        entry.icon = u"columns"_s;
        entry.text = tr("Layout %1").arg(name);
        entry.run = [workspace = m_current, name](bool) { workspace->applyLayout(name); };
        entries.append(entry);
    }
    for (const DockFrame *dock : m_current->docks()) {
        PaletteEntry entry;
        entry.id = u"dock."_s + dock->kind().id;
        entry.section = tr("Window");
        entry.icon = dock->kind().icon;
        entry.text = dock->isVisible() ? tr("Hide %1").arg(dock->kind().title) : tr("Show %1").arg(dock->kind().title);
        entry.run = [workspace = m_current, id = dock->kind().id](bool) { workspace->toggleDock(id); };
        entries.append(entry);
    }
    return entries;
}

QList<PaletteEntry> MainWindow::placeEntries(const QString &typed) const
{
    QList<PaletteEntry> entries;
    Workspace *workspace = m_current;
    if (!workspace)
        return entries;
    const QString section = tr("Go to");
    for (const ViewKind &kind : m_kinds) {
        if (kind.place != Place::Rail && kind.place != Place::RailFoot)
            continue;
        PaletteEntry entry{.id = u"view."_s + kind.id, .section = section, .icon = kind.icon, .text = kind.title};
        entry.run = [workspace, id = kind.id](bool) { workspace->showView(id); };
        entries.append(entry);
    }
    for (const SavedView &saved : workspace->savedViews()) {
        PaletteEntry entry{.id = u"saved."_s + saved.name, .section = section, .icon = u"bookmark"_s, .text = saved.name};
        entry.detail = saved.filter;
        entry.run = [workspace, name = saved.name](bool) { workspace->openSaved(name); };
        entries.append(entry);
    }
    if (typed.isEmpty())
        return entries;
    const auto goTo = [workspace](ObjectLink link) {
        return [workspace, link](bool newTab) { workspace->open(link, newTab ? OpenIn::NewTab : OpenIn::Tab); };
    };
    for (const ServerLink::Named &named : workspace->link().named()) {
        if (!named.name.contains(typed, Qt::CaseInsensitive))
            continue;
        PaletteEntry entry{.id = named.link.text(), .section = section, .icon = named.icon, .text = named.name};
        entry.detail = named.words;
        entry.run = goTo(named.link);
        entries.append(entry);
        if (entries.size() > 60)
            break;
    }
    return entries;
}

PaletteEntry MainWindow::searchEntry(const QString &typed) const
{
    PaletteEntry entry{.id = u"search.tasks"_s, .section = tr("Go to"), .icon = u"search"_s,
                       .text = tr("Tasks whose name has “%1”").arg(typed)};
    QString quoted = typed;
    quoted = u'"' + quoted.replace(u'"', u"\"\""_s) + u'"';
    entry.run = [workspace = m_current, quoted](bool) { workspace->showView(u"tasks"_s, quoted); };
    return entry;
}

QList<PaletteEntry> MainWindow::paletteEntries(const QString &typed) const
{
    const QChar sign = typed.isEmpty() ? QChar() : typed.at(0);
    const QString words = sign == u'>' || sign == u'#' || sign == u'@' ? typed.mid(1).trimmed() : typed;
    QList<PaletteEntry> entries;
    if (sign != u'#' && sign != u'@')
        entries += actionEntries();
    if (sign != u'>')
        entries += placeEntries(words);
    if (sign == u'@')
        entries.removeIf([](const PaletteEntry &entry) { return !entry.id.contains(u"/machine/"_s); });
    if (sign == u'#')
        entries.clear();
    QList<PaletteEntry> found = paletteFound(words, entries);
    QString digits = words;
    digits.remove(u' ').remove(QChar(0x2009)).remove(u',');
    bool isNumber = false;
    const qint64 number = digits.toLongLong(&isNumber);
    if (isNumber && number > 0 && sign != u'>' && sign != u'@' && m_current) {
        PaletteEntry entry{.id = u"task."_s + digits, .section = tr("Go to"), .icon = u"nav-tasks"_s,
                           .text = tr("Task %1").arg(number)};
        entry.run = [workspace = m_current, number](bool newTab) {
            workspace->open(linkTo(u"task"_s, number), newTab ? OpenIn::NewTab : OpenIn::Tab);
        };
        found.prepend(entry);
    }
    const bool listsTasks = std::any_of(m_kinds.cbegin(), m_kinds.cend(), [](const ViewKind &kind) { return kind.id == "tasks"_L1; });
    if (m_current && listsTasks && words.size() > 1 && sign != u'>' && sign != u'@' && sign != u'#')
        found.append(searchEntry(words));
    if (const OldWord *old = oldWord(words); old && sign.isNull() == words.isEmpty()) {
        PaletteEntry entry{.id = u"word."_s + words, .section = tr("Other words"), .icon = u"search"_s,
                           .text = tr("%1 is called %2 here").arg(old->word, old->now)};
        entry.detail = old->why;
        entry.run = [this, now = old->now](bool) {
            MainWindow *self = const_cast<MainWindow *>(this);
            self->m_palette->open([self](const QString &typedNow) { return self->paletteEntries(typedNow); }, now);
        };
        found.append(entry);
    }
    return found;
}

} // namespace Drover
