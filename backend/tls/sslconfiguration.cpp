#include "backend/tls/sslconfiguration.h"

#include <QtNetwork/QSslCertificate>
#include <QtNetwork/QSslKey>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

QList<QSslCertificate> sslCertificates(const QList<Certificate> &certificates)
{
    return QSslCertificate::fromData(toPem(certificates), QSsl::Pem);
}

Result<QSslKey> sslKey(const PrivateKey &key)
{
    const Result<QByteArray> pem = key.toPem();
    if (!pem)
        return pem.error();
    QSslKey made(*pem, QSsl::Ec, QSsl::Pem, QSsl::PrivateKey);
    if (made.isNull())
        return fail(ErrorCode::Internal, u"Qt does not take the key"_s);
    return made;
}

// An empty list of CAs, not the default one: Qt would load the system's.
QSslConfiguration bare()
{
    QSslConfiguration configuration;
    configuration.setProtocol(QSsl::TlsV1_2OrLater);
    configuration.setCaCertificates({});
    configuration.setAllowedNextProtocols({QByteArrayLiteral("http/1.1")});
    return configuration;
}

} // namespace

Result<QSslConfiguration> serverConfiguration(const ServerIdentity &identity)
{
    Q_ASSERT(identity.key);
    const Result<QSslKey> key = sslKey(*identity.key);
    if (!key)
        return key.error();
    QSslConfiguration configuration = bare();
    configuration.setPrivateKey(*key);
    configuration.setLocalCertificateChain(sslCertificates(identity.chain));
    configuration.setCaCertificates(sslCertificates(identity.authorities));
    configuration.setPeerVerifyMode(QSslSocket::QueryPeer);
    return configuration;
}

Result<QSslConfiguration> clientConfiguration(const QList<Certificate> &authorities,
                                              const std::optional<ClientIdentity> &identity)
{
    QSslConfiguration configuration = bare();
    configuration.setCaCertificates(sslCertificates(authorities));
    configuration.setPeerVerifyMode(QSslSocket::VerifyPeer);
    if (identity) {
        const Result<QSslKey> key = sslKey(identity->key);
        if (!key)
            return key.error();
        configuration.setPrivateKey(*key);
        configuration.setLocalCertificateChain(sslCertificates({identity->certificate}));
    }
    return configuration;
}

QSslConfiguration joiningConfiguration()
{
    QSslConfiguration configuration = bare();
    configuration.setPeerVerifyMode(QSslSocket::VerifyNone);
    return configuration;
}

Result<void> judgeServer(const QList<QSslError> &errors, const QSslCertificate &leaf)
{
    for (const QSslError &error : errors) {
        if (error.error() != QSslError::HostNameMismatch)
            return fail(
                ErrorCode::Untrusted,
                u"the server's certificate is not to be trusted: %1"_s.arg(error.errorString()));
    }
    const QList<Certificate> certificate = certificatesOf({leaf});
    if (certificate.isEmpty() || !certificate.first().names().contains(serverName))
        return fail(ErrorCode::Untrusted,
                    u"the server's certificate does not name \"%1\""_s.arg(serverName));
    return {};
}

QList<Certificate> certificatesOf(const QList<QSslCertificate> &certificates)
{
    QList<Certificate> ours;
    for (const QSslCertificate &certificate : certificates) {
        if (Result<Certificate> made = Certificate::fromDer(certificate.toDer()))
            ours.append(std::move(*made));
    }
    return ours;
}

} // namespace Drover
