#include "ui/console.h"

#include "app/client/connection.h"
#include "app/mirror/mirror.h"
#include "backend/base/logging.h"
#include "backend/base/version.h"
#include "ui/connect/addserversheet.h"
#include "ui/connect/connectionsheet.h"
#include "ui/connect/firststart.h"
#include "ui/connect/localdaemon.h"
#include "ui/consolesettings.h"
#include "ui/shell/notifier.h"
#include "ui/shell/sheets.h"
#include "ui/shell/windownotices.h"
#include "ui/shell/workspace.h"
#include "ui/widgets/droverstyle.h"

#include <QtCore/QJsonArray>
#include <QtWidgets/QApplication>
#include <QtWidgets/QMenu>
#include <QtWidgets/QSystemTrayIcon>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

// A way through ssh, as it is kept for the console alone: the command line has its own.
QJsonObject tunnelJson(const TunnelSettings &tunnel)
{
    return {{u"destination"_s, tunnel.destination}, {u"host"_s, tunnel.daemon.host}, {u"port"_s, tunnel.daemon.port}};
}

std::optional<TunnelSettings> tunnelOf(const QJsonObject &json)
{
    if (json.isEmpty())
        return {};
    TunnelSettings tunnel;
    tunnel.destination = json.value("destination"_L1).toString();
    tunnel.daemon = {json.value("host"_L1).toString(), quint16(json.value("port"_L1).toInt())};
    return tunnel;
}

QString programName()
{
    return u"drover-console "_s + programVersion();
}

} // namespace

/// One that is open. The workspace is the window's, and goes first.
struct Console::Server
{
    Server(Profile known, const QString &folder)
        : profile(std::move(known)), connection(programName()), mirror(connection), state(folder, profile.name)
    {
    }

    Profile profile;
    Connection connection;
    Mirror mirror;
    ConsoleState state;
    Workspace *workspace = nullptr;
};

Console::Console(ProfileStore profiles, QList<ViewKind> views)
    : m_profiles(std::move(profiles)), m_shared(m_profiles.folder(), ConsoleState::shared()), m_actions(m_look)
{
    QApplication::setStyle(new DroverStyle(m_look));
    QApplication::setWindowIcon(m_look.icon(u"nav-machines"_s, Tint::Accent));
    for (const ViewKind &kind : views) {
        if (kind.registerActions)
            kind.registerActions(m_actions);
    }
    m_window = std::make_unique<MainWindow>(m_look, m_actions, std::move(views), m_watchdog);
    applySettings(m_shared, m_look, m_actions);
    keepSettings(m_shared, m_look, m_actions);
    m_firstStart = new FirstStart(m_look);
    m_window->setEmpty(m_firstStart);
    connect(m_firstStart, &FirstStart::addAsked, this, [this] { showAddServer({}); });
    connect(m_firstStart, &FirstStart::localAsked, this, &Console::startLocalDaemon);
    connect(m_window.get(), &MainWindow::addServerAsked, this, &Console::showAddServer);
    connect(m_window.get(), &MainWindow::connectionDetailsAsked, this, &Console::showConnection);
    connect(m_window.get(), &MainWindow::serverChosen, this, [this](const QString &name) {
        if (Server *opened = open(name))
            m_window->setCurrent(opened->workspace);
    });
    connect(m_window.get(), &MainWindow::quitAsked, this, [this] {
        m_shared.setBlob(u"window"_s, m_window->saveGeometry());
        keepOpen();
        QApplication::quit();
    });
    if (const QByteArray geometry = m_shared.blob(u"window"_s); !geometry.isEmpty())
        m_window->restoreGeometry(geometry);
    refreshProfiles();
    makeTray();
}

Console::~Console()
{
    for (const auto &one : m_servers) {
        if (one->workspace)
            m_window->removeServer(one->workspace);
    }
}

void Console::start(const QString &profile)
{
    QStringList names;
    for (const QJsonValue &name : m_shared.value(u"open"_s).toArray())
        names.append(name.toString());
    const Result<QString> standard = m_profiles.defaultName();
    if (!standard)
        say(tr("The profiles cannot be read"), standard.error());
    const QString front = !profile.isEmpty() ? profile : names.isEmpty() && standard ? *standard : names.value(0);
    if (!front.isEmpty() && !names.contains(front))
        names.prepend(front);
    for (const QString &name : std::as_const(names)) {
        Server *opened = open(name);
        if (opened && name == front)
            m_window->setCurrent(opened->workspace);
    }
    m_window->show();
}

Console::Server *Console::server(const QString &profile) const
{
    for (const auto &one : m_servers) {
        if (one->profile.name == profile)
            return one.get();
    }
    return nullptr;
}

Console::Server *Console::currentServer() const
{
    for (const auto &one : m_servers) {
        if (one->workspace == m_window->current())
            return one.get();
    }
    return nullptr;
}

Console::Server *Console::open(const QString &name)
{
    if (Server *known = server(name))
        return known;
    const Result<Profile> profile = m_profiles.profile(name);
    if (!profile) {
        say(tr("%1 cannot be opened").arg(name), profile.error());
        return nullptr;
    }
    m_servers.push_back(std::make_unique<Server>(*profile, m_profiles.folder()));
    Server &opened = *m_servers.back();
    opened.workspace = m_window->addServer(profile->name, opened.connection, opened.mirror, opened.state);
    connect(&opened.workspace->notifier(), &Notifier::told, this, [this, name](Telling telling, const QString &text) {
        if (telling == Telling::Desktop)
            showTray(name, text);
    });
    connectServer(opened);
    keepOpen();
    return &opened;
}

void Console::connectServer(Server &server)
{
    const Result<QString> token = m_profiles.token(server.profile.name);
    if (!token) {
        server.workspace->desk().notices.tellError(tr("%1 cannot be signed in to").arg(server.profile.name), token.error());
        return;
    }
    ClientTarget target;
    target.link.addresses = server.profile.addresses;
    target.link.authorities = server.profile.authorities;
    target.token = *token;
    server.connection.open(target, tunnelOf(server.state.value(u"tunnel"_s).toObject()));
}

void Console::keepOpen()
{
    QJsonArray names;
    const Server *front = currentServer();
    if (front)
        names.append(front->profile.name);
    for (const auto &one : m_servers) {
        if (one.get() != front)
            names.append(one->profile.name);
    }
    m_shared.setValue(u"open"_s, names);
}

void Console::refreshProfiles()
{
    QStringList names;
    if (const Result<QList<Profile>> all = m_profiles.profiles()) {
        for (const Profile &profile : *all)
            names.append(profile.name);
    }
    m_window->setProfiles(names);
}

void Console::makeTray()
{
    if (!QSystemTrayIcon::isSystemTrayAvailable())
        return;
    m_tray = new QSystemTrayIcon(m_look.icon(u"nav-machines"_s, Tint::Accent), this);
    m_tray->setToolTip(tr("Drover"));
    auto *menu = new QMenu(m_window.get());
    const auto front = [this] {
        m_window->showNormal();
        m_window->raise();
        m_window->activateWindow();
    };
    connect(menu->addAction(tr("Show the window")), &QAction::triggered, this, front);
    menu->addAction(m_actions.find(u"server.hold"_s));
    menu->addAction(m_actions.find(u"window.quit"_s));
    m_tray->setContextMenu(menu);
    connect(m_tray, &QSystemTrayIcon::messageClicked, this, front);
    connect(m_tray, &QSystemTrayIcon::activated, this, [front](QSystemTrayIcon::ActivationReason reason) {
        if (reason == QSystemTrayIcon::Trigger)
            front();
    });
    m_tray->show();
}

void Console::showTray(const QString &server, const QString &text)
{
    // Who looks at the window sees it there.
    if (m_tray && !m_window->isActiveWindow())
        m_tray->showMessage(server, text, QSystemTrayIcon::Warning);
}

void Console::say(const QString &what, const Error &error)
{
    logWarning(LogCategory::Console, what, {{"reason"_L1, error.message}});
    if (Workspace *workspace = m_window->current())
        workspace->desk().notices.tellError(what, error);
    else
        m_firstStart->setProblem(what + u": "_s + error.message);
}

void Console::openLink(const QString &text)
{
    if (!m_window->openLink(text.trimmed()))
        say(tr("This is no link of Drover"), Error{ErrorCode::Invalid, text.left(200)});
}

// ---- adding and forgetting ------------------------------------------------------------------------

void Console::showAddServer(const QString &invitation)
{
    auto *sheet = new AddServerSheet(m_look, programName(), tr("The token is kept in a file that only you can read."));
    QStringList taken;
    if (const Result<QList<Profile>> all = m_profiles.profiles()) {
        for (const Profile &profile : *all)
            taken.append(profile.name);
    }
    sheet->setTaken(taken);
    if (!invitation.isEmpty())
        sheet->setInvitation(invitation);
    connect(sheet, &AddServerSheet::added, this, [this, sheet](const NewServer &server) {
        m_window->sheets().close(sheet);
        add(server);
    });
    m_window->sheets().open(sheet, 480);
}

void Console::add(const NewServer &added)
{
    if (const Result<void> saved = m_profiles.save(added.profile, added.token); !saved) {
        say(tr("%1 cannot be kept").arg(added.profile.name), saved.error());
        return;
    }
    if (added.tunnel)
        ConsoleState(m_profiles.folder(), added.profile.name).setValue(u"tunnel"_s, tunnelJson(*added.tunnel));
    refreshProfiles();
    if (Server *opened = open(added.profile.name))
        m_window->setCurrent(opened->workspace);
    keepOpen();
}

void Console::startLocalDaemon()
{
    auto *daemon = new LocalDaemon(LocalDaemon::usualProgram(), LocalDaemon::usualState(), this);
    connect(daemon, &LocalDaemon::progress, m_firstStart, &FirstStart::setProgress);
    connect(daemon, &LocalDaemon::failed, this, [this, daemon](const Error &error) {
        m_firstStart->setProblem(error.message);
        daemon->deleteLater();
    });
    connect(daemon, &LocalDaemon::ready, this, [this, daemon](const QString &invitation) {
        m_firstStart->setProgress({});
        showAddServer(invitation);
        daemon->deleteLater();
    });
    daemon->start();
}

void Console::showConnection()
{
    Server *shown = currentServer();
    if (!shown)
        return;
    auto *sheet = new ConnectionSheet(m_look, shown->connection, shown->profile, tr("in a file that only you can read"));
    connect(sheet, &ConnectionSheet::forgetAsked, this, [this, sheet, name = shown->profile.name] {
        m_window->sheets().close(sheet);
        Question question;
        question.title = tr("Forget %1?").arg(name);
        question.lines = {tr("Its profile and token leave this computer; saved views of it stay.")};
        question.verb = tr("Forget %1").arg(name);
        question.irreversible = tr("To come back you need another invitation or a token.");
        question.destructive = true;
        m_window->current()->desk().notices.ask(question, this, [this, name] { forget(name); });
    });
    m_window->sheets().open(sheet, 480);
}

void Console::forget(const QString &profile)
{
    const auto found = std::find_if(m_servers.begin(), m_servers.end(), [&](const auto &one) { return one->profile.name == profile; });
    if (found == m_servers.end())
        return;
    m_window->removeServer((*found)->workspace);
    m_servers.erase(found);
    if (const Result<void> removed = m_profiles.remove(profile); !removed)
        say(tr("%1 cannot be forgotten").arg(profile), removed.error());
    refreshProfiles();
    keepOpen();
}

} // namespace Drover
