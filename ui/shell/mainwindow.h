#pragma once

#include "ui/shell/viewkind.h"
#include "ui/shell/topbar.h"

#include <QtCore/QHash>
#include <QtCore/QTimer>
#include <QtWidgets/QMainWindow>

#include <memory>

QT_FORWARD_DECLARE_CLASS(QStackedWidget)

namespace Drover {

class Action;
class ActionRegistry;
class CommandPalette;
class Connection;
class ConsoleState;
class Look;
class Mirror;
class Rail;
class Sheets;
class StatusLine;
class Watchdog;
class Workspace;
struct PaletteEntry;
enum class FilterField;

/// The window around everything: the bars, the rail, and the workspace of the server in front. It
/// carries out the actions of the window itself and hands the others to the view they are meant for;
/// all are blocked, with the reason, while they cannot be used. GUI thread.
class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    /// The registry has the actions of the views already, not those of the window.
    MainWindow(Look &look, ActionRegistry &actions, QList<ViewKind> kinds, Watchdog &watchdog);
    ~MainWindow() override;

    /// They outlive the workspace, which lives until `removeServer`.
    Workspace *addServer(const QString &profile, Connection &connection, Mirror &mirror, ConsoleState &state);
    void removeServer(Workspace *workspace);
    void setCurrent(Workspace *workspace);
    Workspace *current() const { return m_current; }
    QList<Workspace *> workspaces() const;
    /// What is shown while there is no server. Owned.
    void setEmpty(QWidget *widget);

    Sheets &sheets() const { return *m_sheets; }
    Rail &rail() const { return *m_rail; }
    TopBar &topBar() const { return *m_top; }
    CommandPalette &palette() const { return *m_palette; }
    ActionRegistry &actions() const { return m_actions; }

    /// What Ctrl+K has for what was typed.
    QList<PaletteEntry> paletteEntries(const QString &typed) const;
    /// A link that somebody pasted or the desktop handed over; false where it is none.
    bool openLink(const QString &text);
    /// Blocks and frees actions by what can be done now; otherwise it happens by itself, a turn later.
    void updateActions();

    QByteArray savedGeometry() const { return saveGeometry(); }

signals:
    void addServerAsked(const QString &invitation); ///< empty: none is at hand
    void connectionDetailsAsked();
    void serverChosen(const QString &profile); ///< one that is not open yet
    void quitAsked();

public:
    /// Profiles for the selector, open or not.
    void setProfiles(const QStringList &names) { m_profiles = names; }

protected:
    bool event(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void closeEvent(QCloseEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    void wireActions();
    void wireBars();
    void bind(const QString &id, std::function<void()> run, std::function<QString()> whyNot = {});
    void trigger(Action *action);
    QString whyNot(const Action &action) const;
    void updateLater();
    void showCurrent();
    void showNews();
    void showFilter();
    void showServerMenu();
    void showBell();
    void showShortcuts();
    void cyclePane(int step);
    void back();
    void goToRail(int n);
    void saveView();
    void renameSaved(const QString &name);
    void showSavedMenu(const QString &name, QPoint where);
    void applyRail();
    QStringList namesOf(FilterField field) const;
    QList<PaletteEntry> actionEntries() const;
    QList<PaletteEntry> placeEntries(const QString &typed) const;
    PaletteEntry searchEntry(const QString &typed) const;

    Look &m_look;
    ActionRegistry &m_actions;
    const QList<ViewKind> m_kinds;
    Watchdog &m_watchdog;
    struct Own
    {
        std::function<void()> run;
        std::function<QString()> whyNot;
    };
    QHash<QString, Own> m_own;
    ServerStripe *m_stripe;
    TopBar *m_top = nullptr;
    Rail *m_rail;
    QStackedWidget *m_stack;
    StatusLine *m_status;
    Sheets *m_sheets;
    CommandPalette *m_palette;
    std::vector<std::unique_ptr<Workspace>> m_workspaces;
    Workspace *m_current = nullptr;
    QWidget *m_empty = nullptr;
    QStringList m_profiles;
    QTimer m_updates;
    bool m_railNarrow = false; // as the person wants it; a narrow window narrows it anyway
};

} // namespace Drover
