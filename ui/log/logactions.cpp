#include "ui/log/logtab.h"
#include "ui/widgets/actionregistry.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

void registerLogActions(ActionRegistry &actions)
{
    const QString section = LogTab::tr("Log");
    const auto add = [&](const QString &id, const QString &text, const QString &words, const QKeySequence &shortcut = {},
                         const QString &icon = {}, ShortcutScope scope = ShortcutScope::Window) {
        actions.add({.id = id, .text = text, .icon = icon, .section = section, .shortcut = shortcut, .needs = {},
                     .reversible = Reversible::ChangesNothing, .scope = scope, .words = words});
    };
    add(u"log.find"_s, LogTab::tr("Find in the log"), LogTab::tr("The daemon searches all of it"), {}, u"search"_s);
    add(u"log.findNext"_s, LogTab::tr("Next hit"), LogTab::tr("Goes to the next hit"), QKeySequence(Qt::Key_F3));
    add(u"log.findPrevious"_s, LogTab::tr("Previous hit"), LogTab::tr("Goes to the hit before"), QKeySequence(Qt::SHIFT | Qt::Key_F3));
    add(u"log.follow"_s, LogTab::tr("Follow the end"), LogTab::tr("Shows what is written as it comes"), {}, u"follow"_s);
    add(u"log.wrap"_s, LogTab::tr("Wrap long lines"), LogTab::tr("Breaks lines at the right edge"), {}, u"wrap"_s);
    add(u"log.goTo"_s, LogTab::tr("Go to line, percentage or time…"), LogTab::tr("Goes to a place in the log"), QKeySequence(Qt::CTRL | Qt::Key_G));
    add(u"log.hits"_s, LogTab::tr("List of hits"), LogTab::tr("Shows the lines with hits beside the log"));
    add(u"log.expression"_s, LogTab::tr("Find by regular expression"), LogTab::tr("Else plain words are looked for"));
    add(u"log.matchCase"_s, LogTab::tr("Match case"), LogTab::tr("Large and small letters differ"));
    add(u"log.times"_s, LogTab::tr("Show times"), LogTab::tr("When each line was written"), {}, u"clock"_s);
    add(u"log.bookmark"_s, LogTab::tr("Bookmark this line"), LogTab::tr("Sets or takes away a bookmark"), QKeySequence(Qt::CTRL | Qt::Key_F2), u"bookmark"_s);
    add(u"log.nextBookmark"_s, LogTab::tr("Next bookmark"), LogTab::tr("Goes to the next bookmark"), QKeySequence(Qt::Key_F2));
    add(u"log.previousBookmark"_s, LogTab::tr("Previous bookmark"), LogTab::tr("Goes to the bookmark before"), QKeySequence(Qt::SHIFT | Qt::Key_F2));
    add(u"log.keepLines"_s, LogTab::tr("Show only lines that match…"), LogTab::tr("Keeps lines by a regular expression"));
    add(u"log.dropLines"_s, LogTab::tr("Hide lines that match…"), LogTab::tr("Drops lines by a regular expression"));
    add(u"log.allLines"_s, LogTab::tr("Show all lines"), LogTab::tr("Takes the line filters away"));
    add(u"log.copy"_s, LogTab::tr("Copy selected text"), LogTab::tr("Copies what is selected in the log"), {}, u"copy"_s);
    add(u"log.copyLink"_s, LogTab::tr("Copy link to this line"), LogTab::tr("For mail and chat"));
    add(u"log.save"_s, LogTab::tr("Save the log…"), LogTab::tr("Writes all of it to a file"), {}, u"export"_s);
    add(u"log.compare"_s, LogTab::tr("Compare with another attempt"), LogTab::tr("Shows two attempts side by side"), {}, u"columns"_s);
    add(u"log.openTab"_s, LogTab::tr("Open the log in a tab"), LogTab::tr("Keeps this log while the dock goes on"));
}

} // namespace

ViewKind logView()
{
    return {.id = u"log"_s, .title = LogTab::tr("Log"), .icon = u"log"_s, .place = Place::BottomDock, .opens = {u"task/log"_s},
            .create = [](Shell &shell, const ObjectLink &object) -> View * { return new LogTab(shell, object); },
            .registerActions = registerLogActions};
}

} // namespace Drover
