#pragma once

#include "app/work/objectlink.h"
#include "ui/widgets/desk.h"

#include <QtCore/QObject>
#include <QtGui/QColor>

namespace Drover {

class View;
class Watchdog;

enum class OpenIn { Tab, NewTab, Window };

/// What a view may ask of the window around it. One for each server that is connected. GUI thread.
class Shell : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    virtual Desk &desk() = 0;

    /// Opens a thing in the view that shows its kind: the tab that has it already, else as asked.
    virtual void open(const ObjectLink &link, OpenIn where = OpenIn::Tab) = 0;
    /// A view of the rail by its id ("tasks"), with a filter in the line at the top.
    virtual void showView(const QString &id, const QString &filter = {}) = 0;

    /// What the person has in hand: docks for details and log follow it.
    virtual void setCurrentObject(const ObjectLink &link) = 0;
    virtual ObjectLink currentObject() const = 0;

    /// Shows a dock ("log", "details", "operations") and gives it the focus.
    virtual void showDock(const QString &id) = 0;
    /// Puts a widget over the window as a sheet (look.md, Dialogs); it belongs to the shell until it
    /// is closed. `width` is 480, 720 or 940.
    virtual void showSheet(QWidget *content, int width) = 0;
    virtual void closeSheet(QWidget *content) = 0;
    /// Text to the clipboard, said in a toast.
    virtual void copy(const QString &text, const QString &what) = 0;

    /// The colour of the server's stripe and what kind it is ("production"), as the person set them;
    /// none: neither was set.
    virtual QColor serverColor() const { return {}; }
    virtual QString serverKind() const { return {}; }
    virtual void setServerFace(const QColor &, const QString &) { }
    /// Which server a sheet is about, for the right of its title: "to ■ Hexham production". Null: nothing
    /// is to be said.
    virtual QWidget *newServerLabel(const QString &) { return nullptr; }
    /// Null where nobody watches (tests).
    virtual const Watchdog *watchdog() const { return nullptr; }
    /// What cannot be taken back asks for the count to be typed then.
    bool isProduction() const { return serverKind() == u"production"; }

signals:
    void currentObjectChanged(const Drover::ObjectLink &link);
};

} // namespace Drover
