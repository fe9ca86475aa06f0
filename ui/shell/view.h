#pragma once

#include "app/work/objectlink.h"
#include "ui/shell/droptarget.h"
#include "ui/widgets/desk.h"

#include <QtCore/QJsonObject>
#include <QtWidgets/QWidget>

namespace Drover {

class Shell;

/// What the filter line at the top means to a view.
enum class FilterUse {
    None, ///< it is disabled, and says so
    Words, ///< plain words, matched by the view itself (small collections)
    Tasks, ///< the filter grammar over fields of tasks
    Events, ///< … of events
    Audit, ///< … of audit entries
};

/// What the status bar says of a view.
struct ViewStatus
{
    QString shown; ///< "6,636 shown of 1,048,212"
    QString selected; ///< "1 selected"; empty: nothing is
};

/// One view of one server, in a tab, a dock or a window of its own. The shell knows this and no
/// more; a view knows the shell and the widgets, and no other view: what belongs to another is
/// opened by its link. Lives in the GUI thread, and never blocks it.
///
/// An action that is triggered goes to the view that has the focus, else to the current tab's.
class View : public QWidget
{
    Q_OBJECT

public:
    View(Shell &shell, QWidget *parent = nullptr);

    virtual QString title() const = 0; ///< of its tab; translated
    virtual QString iconName() const = 0;
    /// What it shows, for links and "open in a window"; null: the whole of something.
    virtual ObjectLink object() const { return {}; }

    virtual FilterUse filterUse() const { return FilterUse::None; }
    virtual QString filter() const { return {}; }
    /// Set by the filter line, already checked against the grammar.
    virtual void setFilter(const QString &) { }

    virtual ViewStatus status() const { return {}; }

    /// Ids of the actions it carries out, for the palette, in order of use.
    virtual QStringList actionIds() const { return {}; }
    /// Empty: the action can be run now. Else why not, for a person.
    virtual QString whyNot(const QString &actionId) const;
    virtual void run(const QString &) { }

    /// Esc: one level back inside the view. False: there was none.
    virtual bool goBack() { return false; }
    /// It was brought to the front, or into sight.
    virtual void activated() { }
    /// Where it stands in another object (a line of a log, a tab of a batch).
    virtual void goTo(const ObjectLink &) { }

    /// What a drop at that place would do. By itself files and text open the preview of a submission, and
    /// tasks are refused.
    virtual DropTarget dropTarget(QPoint place, const DroppedThings &things);

    /// Sort, columns, scroll, selection: kept over restarts.
    virtual QJsonObject saved() const { return {}; }
    virtual void restore(const QJsonObject &) { }

signals:
    void titleChanged();
    void statusChanged();
    void actionsChanged();
    void filterChanged(); ///< the view changed its own filter (a chip was clicked)

protected:
    Shell &m_shell;
    Desk &m_desk;
};

} // namespace Drover
