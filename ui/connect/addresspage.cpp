#include "ui/connect/addresspage.h"

#include "backend/link/authorityfetch.h"
#include "backend/protocol/userrequests.h"
#include "ui/widgets/look.h"

#include <QtCore/QSysInfo>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr auto patience = 10s;

QList<ServerAddress> addressesOf(const QString &text)
{
    QList<ServerAddress> addresses;
    for (const QString &part : text.split(u',', Qt::SkipEmptyParts)) {
        const Result<ServerAddress> address = ServerAddress::parse(part.trimmed());
        if (!address)
            return {};
        addresses.append(*address);
    }
    return addresses;
}

enum Way { ByToken, ByPassword };

} // namespace

QString suggestedName(const QList<ServerAddress> &addresses)
{
    const QString host = addresses.isEmpty() ? QString() : addresses.first().host;
    const bool here = host == "127.0.0.1"_L1 || host == "::1"_L1 || host == "localhost"_L1;
    QString name = host;
    name.replace(u':', u'-');
    return here || name.isEmpty() ? u"local"_s : name;
}

AddressPage::AddressPage(Look &look, Connection &connection, QWidget *parent)
    : QWidget(parent), m_look(look), m_connection(connection), m_addresses(new QLineEdit), m_pin(new QLineEdit),
      m_way(new QComboBox), m_user(new QLineEdit), m_secret(new QLineEdit), m_ssh(new QLineEdit)
{
    m_addresses->setObjectName(u"addresses"_s);
    m_addresses->setPlaceholderText(tr("drover.example.org:7443; several with commas"));
    m_pin->setObjectName(u"pin"_s);
    m_pin->setFont(look.font(FontUse::Mono));
    m_pin->setPlaceholderText(tr("43 characters; droverd check prints it"));
    m_way->setObjectName(u"signInWay"_s);
    m_way->addItems({tr("Token"), tr("User and password")});
    m_user->setObjectName(u"user"_s);
    m_secret->setObjectName(u"secret"_s);
    m_secret->setEchoMode(QLineEdit::Password);
    m_ssh->setObjectName(u"ssh"_s);
    m_ssh->setPlaceholderText(tr("user@gate.example.org; empty: connect directly"));
    auto *form = new QFormLayout(this);
    form->setContentsMargins(0, 12, 0, 0);
    form->setSpacing(8);
    form->addRow(tr("Address"), m_addresses);
    form->addRow(tr("Key of its authority"), m_pin);
    form->addRow(tr("Sign in with"), m_way);
    form->addRow(tr("User"), m_user);
    form->addRow(tr("Secret"), m_secret);
    form->addRow(tr("Through ssh"), m_ssh);
    form->labelForField(m_addresses)->setMinimumWidth(look.scaled(120));
    const auto showWay = [this, form] {
        const bool password = m_way->currentIndex() == ByPassword;
        m_user->setVisible(password);
        form->labelForField(m_user)->setVisible(password);
        edited();
    };
    connect(m_way, &QComboBox::currentIndexChanged, this, showWay);
    for (QLineEdit *edit : {m_addresses, m_pin, m_user, m_secret, m_ssh})
        connect(edit, &QLineEdit::textChanged, this, &AddressPage::edited);
    connect(&connection, &Connection::statusChanged, this, &AddressPage::onStatus);
    connect(&connection, &Connection::signedIn, this, &AddressPage::onSignedIn);
    showWay();
}

void AddressPage::edited()
{
    m_tested = false;
    m_signingIn = false;
    m_authority.reset();
    emit changed();
}

QString AddressPage::problem() const
{
    if (addressesOf(m_addresses->text()).isEmpty())
        return m_addresses->text().isEmpty() ? tr("An address is needed")
                                             : tr("The address is no host:port; example: drover.example.org:7443");
    if (const Result<Pin> pin = Pin::parse(m_pin->text().trimmed()); !pin)
        return m_pin->text().isEmpty() ? tr("The key of its authority is needed") : pin.error().message;
    if (m_way->currentIndex() == ByPassword && m_user->text().trimmed().isEmpty())
        return tr("A user is needed");
    if (m_secret->text().isEmpty())
        return m_way->currentIndex() == ByPassword ? tr("The password is needed") : tr("The token is needed");
    return {};
}

std::optional<TunnelSettings> AddressPage::tunnel() const
{
    if (m_ssh->text().trimmed().isEmpty())
        return {};
    TunnelSettings settings;
    settings.destination = m_ssh->text().trimmed();
    settings.daemon = addressesOf(m_addresses->text()).value(0);
    return settings;
}

void AddressPage::test()
{
    m_tested = false;
    m_signingIn = true;
    m_connection.close();
    const std::optional<TunnelSettings> through = tunnel();
    if (!through) {
        fetch(addressesOf(m_addresses->text()));
        return;
    }
    m_tunnel = std::make_unique<SshTunnel>(*through);
    connect(m_tunnel.get(), &SshTunnel::stateChanged, this, [this] {
        if (!m_signingIn)
            return;
        if (m_tunnel->state() == TunnelState::Up) {
            fetch({m_tunnel->localAddress()});
        } else if (m_tunnel->state() == TunnelState::Waiting) {
            m_signingIn = false;
            emit failed(m_tunnel->error());
        }
    });
    m_tunnel->open();
}

void AddressPage::fetch(const QList<ServerAddress> &addresses)
{
    const Result<Pin> pin = Pin::parse(m_pin->text().trimmed());
    if (!pin)
        return;
    fetchAuthority(addresses, *pin, patience, this, [this](const Result<Certificate> &authority) {
        if (!m_signingIn)
            return; // the form was changed meanwhile
        if (!authority) {
            m_signingIn = false;
            emit failed(authority.error());
            return;
        }
        signIn(*authority);
    });
}

void AddressPage::signIn(const Certificate &authority)
{
    m_authority = authority;
    ClientTarget target;
    target.link.addresses = addressesOf(m_addresses->text());
    target.link.authorities = {authority};
    if (m_way->currentIndex() == ByPassword) {
        target.user = m_user->text().trimmed();
        target.password = m_secret->text();
    } else {
        target.token = m_secret->text().trimmed();
    }
    m_tunnel.reset(); // the connection opens one of its own
    m_connection.open(target, tunnel());
}

// A password is asked for once: from then on this computer has a token, which can be revoked.
void AddressPage::onSignedIn(const SessionInfo &session)
{
    if (!m_signingIn)
        return;
    if (m_way->currentIndex() == ByToken) {
        succeed(session, m_secret->text().trimmed());
        return;
    }
    CreateToken request;
    request.name = tr("console on %1").arg(QSysInfo::machineHostName());
    m_connection.send(request, this, [this, session](const Result<CreatedToken> &created) {
        if (!m_signingIn)
            return;
        if (created) {
            succeed(session, created->secret);
        } else {
            m_signingIn = false;
            emit failed(created.error());
        }
    });
}

void AddressPage::succeed(const SessionInfo &session, const QString &token)
{
    m_signingIn = false;
    m_tested = true;
    m_token = token;
    emit tested(tr("It works: %1, %2 on %3, daemon %4").arg(session.user, session.level, session.project, session.version));
    emit changed();
}

void AddressPage::onStatus(const ConnectionStatus &status)
{
    if (!m_signingIn || !m_authority)
        return;
    if (status.state == ConnectionState::Refused || status.state == ConnectionState::VersionMismatch || status.tries > 1) {
        m_signingIn = false;
        m_connection.close();
        emit failed(status.error);
    }
}

NewServer AddressPage::server(const QString &profileName) const
{
    NewServer server;
    server.profile.addresses = addressesOf(m_addresses->text());
    server.profile.name = profileName.isEmpty() ? suggestedName(server.profile.addresses) : profileName;
    if (m_authority)
        server.profile.authorities = {*m_authority};
    server.profile.user = m_connection.session().user;
    const QString project = m_connection.session().project;
    if (!project.isEmpty() && project != "*"_L1)
        server.profile.project = project;
    server.token = m_token;
    server.tunnel = tunnel();
    return server;
}

} // namespace Drover
