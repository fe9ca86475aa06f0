#include "ui/connect/connectionsheet.h"

#include "app/client/connection.h"
#include "app/profiles/profile.h"
#include "ui/widgets/look.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

QString wordsOf(ConnectionState state)
{
    switch (state) {
    case ConnectionState::Closed: return ConnectionSheet::tr("Closed");
    case ConnectionState::Connecting: return ConnectionSheet::tr("Connecting");
    case ConnectionState::Live: return ConnectionSheet::tr("Live");
    case ConnectionState::Late: return ConnectionSheet::tr("Lagging: nothing was heard for a while");
    case ConnectionState::Reconnecting: return ConnectionSheet::tr("Reconnecting by itself");
    case ConnectionState::Offline: return ConnectionSheet::tr("Offline; tries again by itself, less often");
    case ConnectionState::Refused: return ConnectionSheet::tr("Refused: the daemon does not let this computer in");
    case ConnectionState::VersionMismatch: return ConnectionSheet::tr("Daemon and console speak different versions");
    }
    return {};
}

} // namespace

ConnectionSheet::ConnectionSheet(Look &look, Connection &connection, const Profile &profile, const QString &secretsKept)
    : SheetContent(look, tr("Connection to %1").arg(profile.name)), m_look(look), m_connection(connection)
{
    setObjectName(u"connectionSheet"_s);
    auto *form = new QFormLayout;
    form->setHorizontalSpacing(16);
    form->setVerticalSpacing(6);
    m_state = addRow(*form, tr("State"), {});
    m_address = addRow(*form, tr("Address"), {});
    m_latency = addRow(*form, tr("There and back"), {});
    m_heard = addRow(*form, tr("Last heard"), {});
    m_who = addRow(*form, tr("Signed in as"), {});
    m_daemon = addRow(*form, tr("Daemon"), {});
    QStringList pins;
    for (const Certificate &authority : profile.authorities)
        pins.append(authority.pin().printed());
    addRow(*form, tr("Believes the key"), pins.join(u'\n'))->setFont(look.font(FontUse::Mono));
    addRow(*form, tr("Secrets"), secretsKept);
    m_error = addRow(*form, tr("Last problem"), {});
    body()->addLayout(form);
    QPushButton *forget = addButton(tr("Forget this server"));
    forget->setObjectName(u"forgetServer"_s);
    connect(forget, &QPushButton::clicked, this, &ConnectionSheet::forgetAsked);
    QPushButton *now = addButton(tr("Reconnect now"));
    now->setObjectName(u"reconnect"_s);
    connect(now, &QPushButton::clicked, &connection, &Connection::retryNow);
    addClosing(tr("Close"))->setFocus();
    connect(&connection, &Connection::statusChanged, this, &ConnectionSheet::follow);
    follow();
}

QLabel *ConnectionSheet::addRow(QFormLayout &form, const QString &name, const QString &words)
{
    auto *head = new QLabel(name);
    QPalette quiet = palette();
    quiet.setColor(QPalette::WindowText, m_look.color(Tint::Text3));
    head->setPalette(quiet);
    auto *value = new QLabel(words);
    value->setWordWrap(true);
    value->setTextFormat(Qt::PlainText);
    value->setTextInteractionFlags(Qt::TextSelectableByMouse);
    form.addRow(head, value);
    return value;
}

void ConnectionSheet::follow()
{
    const ConnectionStatus &status = m_connection.status();
    const SessionInfo &session = m_connection.session();
    m_state->setText(status.tunnel.isEmpty() ? wordsOf(status.state) : wordsOf(status.state) + u" ("_s + status.tunnel + u')');
    m_address->setText(status.address.host.isEmpty() ? u"—"_s : printed(status.address));
    m_latency->setText(status.isReady() ? tr("%1 ms").arg(status.latency.count()) : u"—"_s);
    m_heard->setText(isSet(status.heard) ? toIso(status.heard) : tr("not yet"));
    m_who->setText(session.user.isEmpty() ? u"—"_s : tr("%1, %2 on %3").arg(session.user, session.level, session.project));
    m_daemon->setText(session.version.isEmpty() ? u"—"_s : session.version);
    m_error->setText(status.error.message.isEmpty() ? tr("none") : status.error.message);
}

} // namespace Drover
