#pragma once

#include "ui/shell/freshness.h"
#include "ui/shell/savedview.h"
#include "ui/shell/shell.h"
#include "ui/shell/statusline.h"
#include "ui/shell/topbar.h"
#include "ui/shell/viewkind.h"

#include <QtCore/QTimer>

#include <memory>

QT_FORWARD_DECLARE_CLASS(QMainWindow)

namespace Drover {

class DockFrame;
class Notifier;
class SavedCounts;
class ServerLink;
class Sheets;
class TabArea;
class ViewWindow;
class WindowNotices;

/// One server in the window: its tabs, docks, torn-off windows, notices, and what is kept of them. The
/// window shows one at a time. Everything that belongs to the server goes with it.
///
/// GUI thread. Connection, mirror and state outlive it.
class Workspace : public Shell
{
    Q_OBJECT

public:
    Workspace(const QString &name, Look &look, ActionRegistry &actions, Connection &connection, Mirror &mirror, ConsoleState &state,
              QList<ViewKind> kinds, Sheets &sheets, const Watchdog &watchdog, QObject *parent = nullptr);
    ~Workspace() override;

    QWidget *widget() const;
    const QString &name() const { return m_name; } ///< of its profile
    ServerFace face() const;
    ServerLink &link() const { return *m_link; }
    Notifier &notifier() const { return *m_notifier; }
    WindowNotices &notices() const { return *m_notices; }
    TabArea &tabs() const { return *m_tabs; }
    const QList<ViewKind> &kinds() const { return m_kinds; }

    Desk &desk() override { return *m_desk; }
    void open(const ObjectLink &link, OpenIn where = OpenIn::Tab) override;
    void showView(const QString &id, const QString &filter = {}) override;
    void setCurrentObject(const ObjectLink &link) override;
    ObjectLink currentObject() const override { return m_current; }
    void showDock(const QString &id) override;
    void showSheet(QWidget *content, int width) override;
    void closeSheet(QWidget *content) override;
    void copy(const QString &text, const QString &what) override;
    QColor serverColor() const override { return face().color; }
    QString serverKind() const override { return face().kind; }
    void setServerFace(const QColor &color, const QString &kind) override;
    QWidget *newServerLabel(const QString &words) override;
    const Watchdog *watchdog() const override { return &m_watchdog; }

    /// Who carries out an action now: the view with the focus, else that of the current tab; null when
    /// neither knows it.
    View *targetOf(const QString &actionId) const;
    View *focusedView() const;
    View *currentView() const;
    /// Views that are there, wherever.
    QList<View *> views() const;
    /// Of the current tab, where it is of the rail.
    QString currentViewId() const;
    QString idOf(const View *view) const;

    void close(View *view);
    void tearOff(View *view, QPoint where);
    void toggleDock(const QString &id);
    QList<DockFrame *> docks() const { return m_docks; }

    QList<SavedView> savedViews() const { return m_saved; }
    SavedCounts &savedCounts() const { return *m_counts; }
    void setSavedViews(const QList<SavedView> &views);
    void openSaved(const QString &name);
    /// The current view as it is now, under a name that takes the place of one of the same.
    void saveCurrent(const QString &name);

    /// Operate, Deploy, Debug, or one of the person's own.
    QStringList layoutNames() const;
    void applyLayout(const QString &name);
    void saveLayout(const QString &name);
    void restore();
    void keep();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

signals:
    void currentViewChanged(Drover::View *view);
    void viewNewsChanged(); ///< title, status, filter or actions of a view
    void viewMade(Drover::View *view);
    void savedViewsChanged();
    void faceChanged();

private:
    const ViewKind *kindFor(const ObjectLink &link) const;
    const ViewKind *kind(const QString &id) const;
    View *make(const ViewKind &kind, const ObjectLink &object);
    void adopt(View *view, const ViewKind &kind);
    View *viewOf(const ViewKind &kind, const ObjectLink &object) const;
    void keepView(const View *view);
    void makeDocks();
    void countSaved();
    bool isNarrow() const;
    void fitDocks();
    QJsonValue kept(const QString &key) const;
    void keep(const QString &key, const QJsonValue &value);
    void onLinkChanged();

    const QString m_name;
    Look &m_look;
    ConsoleState &m_state;
    const QList<ViewKind> m_kinds;
    Sheets &m_sheets;
    const Watchdog &m_watchdog;
    std::unique_ptr<QMainWindow> m_area;
    TabArea *m_tabs;
    std::unique_ptr<WindowNotices> m_notices;
    std::unique_ptr<Desk> m_desk;
    std::unique_ptr<ServerLink> m_link;
    std::unique_ptr<Notifier> m_notifier;
    std::unique_ptr<SavedCounts> m_counts;
    QList<DockFrame *> m_docks;
    QStringList m_narrowed; // right docks that a narrow window has hidden
    QList<ViewWindow *> m_windows;
    QHash<const View *, QString> m_ids; // of the kind of each view
    QList<SavedView> m_saved;
    ObjectLink m_current;
    QTimer m_keeping;
};

} // namespace Drover
