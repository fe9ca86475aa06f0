#include "ui/shell/shortcutsheet.h"

#include "ui/widgets/actionregistry.h"
#include "ui/widgets/look.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>

using namespace Qt::StringLiterals;

namespace Drover {

ShortcutSheet::ShortcutSheet(Look &look, const ActionRegistry &actions) : SheetContent(look, tr("Shortcuts"))
{
    setObjectName(u"shortcutSheet"_s);
    QStringList sections;
    QHash<QString, QList<Action *>> bySection;
    for (Action *action : actions.all()) {
        const QString section = action->spec().section;
        if (action->shortcut().isEmpty() || action->id().startsWith(u"window.go"_s))
            continue;
        if (!sections.contains(section))
            sections.append(section);
        bySection[section].append(action);
    }
    auto *inner = new QWidget;
    auto *columns = new QHBoxLayout(inner);
    columns->setContentsMargins(0, 0, 12, 0);
    columns->setSpacing(32);
    QGridLayout *grids[] = {new QGridLayout, new QGridLayout};
    int rows[] = {0, 0};
    for (const QString &section : std::as_const(sections)) {
        const int side = rows[0] <= rows[1] ? 0 : 1;
        QGridLayout *grid = grids[side];
        auto *head = new QLabel(section);
        head->setFont(look.font(FontUse::CaptionStrong));
        QPalette quiet = head->palette();
        quiet.setColor(QPalette::WindowText, look.color(Tint::Text3));
        head->setPalette(quiet);
        head->setContentsMargins(0, rows[side] ? 10 : 0, 0, 2);
        grid->addWidget(head, rows[side]++, 0, 1, 2);
        for (const Action *action : bySection.value(section)) {
            auto *words = new QLabel(action->text().remove(u'…'));
            auto *keys = new QLabel(action->shortcut().toString(QKeySequence::NativeText));
            keys->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
            keys->setPalette(quiet);
            grid->addWidget(words, rows[side], 0);
            grid->addWidget(keys, rows[side]++, 1);
        }
    }
    for (QGridLayout *grid : grids) {
        grid->setVerticalSpacing(6);
        grid->setColumnStretch(0, 1);
        grid->setRowStretch(200, 1);
        columns->addLayout(grid, 1);
    }
    auto *scroll = new QScrollArea;
    scroll->setObjectName(u"shortcutList"_s);
    scroll->setWidget(inner);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->viewport()->setAutoFillBackground(false);
    inner->setAutoFillBackground(false);
    scroll->setMinimumHeight(look.scaled(420));
    body()->addWidget(scroll, 1);
    setOutlook(tr("Single letters act while a table has the keyboard. Change keys in Preferences."));
    addClosing(tr("Close"))->setFocus();
}

} // namespace Drover
