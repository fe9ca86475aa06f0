#pragma once

#include "app/profiles/consolestate.h"
#include "app/profiles/profilestore.h"
#include "ui/connect/newserver.h"
#include "ui/shell/mainwindow.h"
#include "ui/shell/watchdog.h"
#include "ui/widgets/actionregistry.h"
#include "ui/widgets/look.h"

QT_FORWARD_DECLARE_CLASS(QSystemTrayIcon)

namespace Drover {

class FirstStart;

/// The program: what it was started with, the servers it knows, its one window. Members stand in the
/// order of their wiring. GUI thread.
class Console : public QObject
{
    Q_OBJECT

public:
    /// `views`: what the window has.
    Console(ProfileStore profiles, QList<ViewKind> views);
    ~Console() override;

    /// Opens the profiles that were open last, `profile` (or else the default one) in front.
    void start(const QString &profile);
    void openLink(const QString &text);
    MainWindow &window() { return *m_window; }
    Look &look() { return m_look; }

private:
    struct Server;

    Server *open(const QString &profile);
    void connectServer(Server &server);
    Server *server(const QString &profile) const;
    Server *currentServer() const;
    void showAddServer(const QString &invitation);
    void showConnection();
    void startLocalDaemon();
    void add(const NewServer &added);
    void forget(const QString &profile);
    void keepOpen();
    void refreshProfiles();
    void makeTray();
    void showTray(const QString &server, const QString &text);
    void say(const QString &what, const Error &error);

    ProfileStore m_profiles;
    ConsoleState m_shared;
    Look m_look;
    ActionRegistry m_actions;
    Watchdog m_watchdog;
    std::unique_ptr<MainWindow> m_window;
    FirstStart *m_firstStart;
    QSystemTrayIcon *m_tray = nullptr; // null where the desktop has no tray
    std::vector<std::unique_ptr<Server>> m_servers;
};

} // namespace Drover
