#include "ui/shell/shellactions.h"

#include "ui/widgets/actionregistry.h"

#include <QtCore/QCoreApplication>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

struct ShellText
{
    Q_DECLARE_TR_FUNCTIONS(ShellActions)
};

QString tr(const char *text)
{
    return ShellText::tr(text);
}

ActionSpec window(const QString &id, const QString &text, const QString &icon, const QKeySequence &keys, const QString &words)
{
    return {id, text, icon, ShellText::tr("Window"), keys, {}, Reversible::ChangesNothing, ShortcutScope::Window, words};
}

void addWindowActions(ActionRegistry &actions)
{
    const ActionSpec specs[] = {
        window(u"window.palette"_s, ShellText::tr("Command palette"), u"search"_s, QKeySequence(u"Ctrl+K"_s),
               ShellText::tr("Do or find anything by typing")),
        window(u"window.filter"_s, ShellText::tr("Filter"), u"search"_s, QKeySequence(u"Ctrl+F"_s),
               ShellText::tr("Goes to the filter line")),
        window(u"window.clearFilter"_s, ShellText::tr("Clear filter"), u"close"_s, QKeySequence(u"Ctrl+Shift+F"_s),
               ShellText::tr("Shows everything again")),
        window(u"window.newTab"_s, ShellText::tr("Open in a new tab"), u"plus"_s, QKeySequence(u"Ctrl+Return"_s),
               ShellText::tr("What is selected, in a tab of its own")),
        window(u"window.tearOff"_s, ShellText::tr("Move tab to a window"), u"export"_s, {},
               ShellText::tr("The current tab becomes a window; closing that brings it back")),
        window(u"window.closeTab"_s, ShellText::tr("Close tab"), u"close"_s, QKeySequence(u"Ctrl+W"_s), {}),
        window(u"window.nextTab"_s, ShellText::tr("Next tab"), u"chevron-right"_s, QKeySequence(u"Ctrl+Tab"_s), {}),
        window(u"window.previousTab"_s, ShellText::tr("Previous tab"), u"chevron-left"_s, QKeySequence(u"Ctrl+Shift+Tab"_s), {}),
        window(u"window.nextPane"_s, ShellText::tr("Next pane"), {}, QKeySequence(u"F6"_s),
               ShellText::tr("Rail, filter, view, docks, in turn")),
        window(u"window.previousPane"_s, ShellText::tr("Previous pane"), {}, QKeySequence(u"Shift+F6"_s), {}),
        window(u"window.back"_s, ShellText::tr("Back"), u"undo"_s, {}, ShellText::tr("One level back; Esc does the same")),
        window(u"window.shortcuts"_s, ShellText::tr("Shortcuts"), u"sliders"_s, QKeySequence(u"?"_s),
               ShellText::tr("All keys on one sheet")),
        window(u"window.preferences"_s, ShellText::tr("Preferences"), u"sliders"_s, QKeySequence(u"Ctrl+,"_s), {}),
        window(u"window.rail"_s, ShellText::tr("Narrow or widen the rail"), u"columns"_s, QKeySequence(u"Ctrl+B"_s), {}),
        window(u"window.utc"_s, ShellText::tr("Switch between UTC and local time"), u"clock"_s, {}, {}),
        window(u"window.saveView"_s, ShellText::tr("Save this view…"), u"bookmark"_s, {},
               ShellText::tr("Filter, order and columns under a name, in the rail")),
        window(u"window.saveLayout"_s, ShellText::tr("Save this layout…"), u"columns"_s, {},
               ShellText::tr("Which docks are where, under a name")),
        window(u"window.density"_s, ShellText::tr("Compact or cosy rows"), u"wrap"_s, {}, {}),
        window(u"window.copyLink"_s, ShellText::tr("Copy link"), u"copy"_s, {},
               ShellText::tr("A drover:// link to what is selected, for mail and chat")),
        window(u"window.openLink"_s, ShellText::tr("Open a link…"), u"pin"_s, QKeySequence(u"Ctrl+L"_s),
               ShellText::tr("A drover:// link that somebody sent")),
        window(u"window.quit"_s, ShellText::tr("Quit"), u"close"_s, QKeySequence(u"Ctrl+Q"_s), {}),
    };
    for (const ActionSpec &spec : specs)
        actions.add(spec);
    for (int n = 1; n <= 9; ++n)
        actions.add(window(u"window.go%1"_s.arg(n), ShellText::tr("Go to view %1 of the rail").arg(n), {},
                           QKeySequence(u"Ctrl+%1"_s.arg(n)), {}));
}

} // namespace

void registerShellActions(ActionRegistry &actions)
{
    addWindowActions(actions);
    const QString servers = tr("Server");
    actions.add({u"server.add"_s, tr("Add a server…"), u"plus"_s, servers, {}, {}, Reversible::ChangesNothing,
                 ShortcutScope::Window, tr("By an invitation, or by address")});
    actions.add({u"server.reconnect"_s, tr("Reconnect now"), u"retry"_s, servers, {}, {}, Reversible::ChangesNothing,
                 ShortcutScope::Window, tr("Does not wait for the next try")});
    actions.add({u"server.details"_s, tr("About the connection"), u"nav-diagnostics"_s, servers, {}, {},
                 Reversible::ChangesNothing, ShortcutScope::Window, {}});
    actions.add({u"server.hold"_s, tr("Hold everything"), u"hold-all"_s, servers, QKeySequence(u"Ctrl+Shift+H"_s),
                 Level::Operator, Reversible::Yes, ShortcutScope::Window,
                 tr("Nothing new starts on any machine until it is let go on; what runs goes on")});
    actions.add({u"server.submit"_s, tr("Submit…"), u"plus"_s, tr("Tasks"), QKeySequence(u"Ctrl+N"_s), Level::Operator,
                 Reversible::Yes, ShortcutScope::Window, tr("New tasks: a form, command lines, or a spec file")});
    actions.add({u"server.paste"_s, tr("Paste as tasks…"), u"drop"_s, tr("Tasks"), QKeySequence(u"Ctrl+V"_s), Level::Operator,
                 Reversible::Yes, ShortcutScope::Window, tr("Files or command lines of the clipboard, in the preview of a submission")});
    actions.add({u"window.undo"_s, tr("Undo"), u"undo"_s, tr("Window"), QKeySequence(u"Ctrl+Z"_s), {},
                 Reversible::ChangesNothing, ShortcutScope::Window, tr("Takes back the last action, while its bar is shown")});
}

} // namespace Drover
