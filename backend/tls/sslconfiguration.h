#pragma once

#include "backend/tls/certificatefolder.h"

#include <QtNetwork/QSslConfiguration>
#include <QtNetwork/QSslError>

namespace Drover {

/// Who one is, where that is shown by a certificate (an agent).
struct ClientIdentity
{
    PrivateKey key;
    Certificate certificate;
};

/// TLS 1.2 or later with the identity's chain; asks for a client certificate and goes on without
/// one: people have none. What is shown is judged by `verifyMachine`, not by Qt.
Result<QSslConfiguration> serverConfiguration(const ServerIdentity &identity);

/// Believes `authorities` and nothing else, the system's CAs least of all.
Result<QSslConfiguration> clientConfiguration(const QList<Certificate> &authorities,
                                              const std::optional<ClientIdentity> &identity = {});

/// Believes anybody: for fetching the chain that `authorityByPin` then judges. Nothing may be sent
/// over such a connection.
QSslConfiguration joiningConfiguration();

/// Judges the errors of a handshake with `clientConfiguration`. QWebSocket cannot be told which
/// name to expect (Qt 6.4), so exactly HostNameMismatch is passed over, once the leaf names
/// `drover`. Untrusted with Qt's words otherwise.
Result<void> judgeServer(const QList<QSslError> &errors, const QSslCertificate &leaf);

/// Ours of Qt's; in the same order, without what cannot be read.
QList<Certificate> certificatesOf(const QList<QSslCertificate> &certificates);

} // namespace Drover
