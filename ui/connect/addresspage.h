#pragma once

#include "app/client/connection.h"
#include "app/client/sshtunnel.h"
#include "backend/tls/pin.h"
#include "ui/connect/newserver.h"

#include <QtWidgets/QWidget>

QT_FORWARD_DECLARE_CLASS(QComboBox)
QT_FORWARD_DECLARE_CLASS(QLabel)
QT_FORWARD_DECLARE_CLASS(QLineEdit)

namespace Drover {

class Look;

/// A server by hand: where it is, the key to believe, who one is there; through ssh where there is no
/// other way. Testing it signs in once and says what came of it.
class AddressPage : public QWidget
{
    Q_OBJECT

public:
    AddressPage(Look &look, Connection &connection, QWidget *parent = nullptr);

    bool isReady() const { return problem().isEmpty(); }
    /// What is wrong or missing in the form; empty: nothing.
    QString problem() const;
    /// Fetches the authority that the pin names, signs in, and says `tested` or `failed`.
    void test();
    /// As tested.
    NewServer server(const QString &profileName) const;
    bool isTested() const { return m_tested; }

signals:
    void changed();
    void tested(const QString &words);
    void failed(const Drover::Error &error);

private:
    void edited();
    std::optional<TunnelSettings> tunnel() const;
    void fetch(const QList<ServerAddress> &addresses);
    void signIn(const Certificate &authority);
    void onSignedIn(const SessionInfo &session);
    void succeed(const SessionInfo &session, const QString &token);
    void onStatus(const ConnectionStatus &status);

    Look &m_look;
    Connection &m_connection;
    std::unique_ptr<SshTunnel> m_tunnel; // while the authority is fetched
    QLineEdit *m_addresses;
    QLineEdit *m_pin;
    QComboBox *m_way;
    QLineEdit *m_user;
    QLineEdit *m_secret;
    QLineEdit *m_ssh;
    std::optional<Certificate> m_authority;
    QString m_token; // as tested
    bool m_signingIn = false;
    bool m_tested = false;
};

} // namespace Drover
