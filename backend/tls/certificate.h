#pragma once

#include "backend/base/ids.h"
#include "backend/base/instant.h"
#include "backend/base/result.h"
#include "backend/tls/pin.h"

#include <QtCore/QList>
#include <QtCore/QStringList>

#include <memory>

struct x509_st;

namespace Drover {

/// The name every server leaf carries and every client verifies, whatever address it dialled: so
/// tunnels and moves of address do no harm. On the wire: frozen.
constexpr QLatin1StringView serverName("drover");

/// One X.509 certificate. A value (copies share it). Any thread.
class Certificate
{
public:
    /// All certificates of a PEM text in their order, at most `maximum`; none is an error.
    static Result<QList<Certificate>> listFromPem(const QByteArray &pem, int maximum = 16);
    static Result<Certificate> fromDer(const QByteArray &der);

    /// Takes over one reference; for the rest of this room.
    static Certificate own(x509_st *certificate);

    QByteArray toPem() const;

    Pin pin() const; ///< of its key
    QByteArray fingerprint() const; ///< SHA-256 over its DER, 32 bytes
    QString serial() const; ///< hex
    QString commonName() const;
    QStringList names() const; ///< subject alternative names: DNS names, then addresses
    Instant notBefore() const;
    Instant notAfter() const;
    bool isAuthority() const; ///< may sign certificates
    bool isSelfIssued() const;

    x509_st *handle() const { return m_certificate.get(); } ///< never null

    friend bool operator==(const Certificate &a, const Certificate &b)
    {
        return a.fingerprint() == b.fingerprint();
    }

private:
    explicit Certificate(std::shared_ptr<x509_st> certificate)
        : m_certificate(std::move(certificate))
    {
    }

    std::shared_ptr<x509_st> m_certificate;
};

/// The certificates one after the other.
QByteArray toPem(const QList<Certificate> &certificates);

/// That `chain` (leaf first) leads to one of `authorities`, is valid `now`, is a server's, and
/// names `drover`. Untrusted says which of these it is not.
Result<void> verifyServer(const QList<Certificate> &chain, const QList<Certificate> &authorities,
                          Instant now);

/// The machine a client certificate speaks for, when it leads to one of `authorities`, is valid
/// `now` and is a machine's. Untrusted otherwise, with the reason.
Result<MachineId> verifyMachine(const Certificate &certificate,
                                const QList<Certificate> &authorities, Instant now);

/// At joining: the CA in the chain that was served whose key hash is the pin (the self-issued one
/// of a rotation's two), once the leaf has been verified against it.
Result<Certificate> authorityByPin(const QList<Certificate> &chain, const Pin &pin, Instant now);

/// The common name of a machine's client certificate, `machine-42`. Frozen.
QString machineName(MachineId machine);

} // namespace Drover
