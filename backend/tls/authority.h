#pragma once

#include "backend/base/ids.h"
#include "backend/tls/certificate.h"
#include "backend/tls/privatekey.h"

namespace Drover {

/// How long what we sign is valid. All begin a day early, for clocks that are behind.
struct Validity
{
    std::chrono::seconds authority = std::chrono::days(20 * 365);
    std::chrono::seconds server = std::chrono::days(365);
    std::chrono::seconds machine = std::chrono::days(365);
};

/// Drover's own certificate authority: a key and its certificate. It signs the daemon's leaf and
/// the certificates of agents. A value. Any thread; a signature takes about 50 µs.
class Authority
{
public:
    /// A new key and a certificate of its own; every authority has a name of its own, so that two
    /// of a rotation are told apart.
    static Result<Authority> create(Instant now, const Validity &validity = {});

    /// Checks that the key is the certificate's.
    static Result<Authority> of(PrivateKey key, Certificate certificate);

    const PrivateKey &key() const { return m_key; }
    const Certificate &certificate() const { return m_certificate; }

    /// A leaf for `key` that names `drover` and `hosts` (names or addresses, without ports).
    /// Invalid when one of them is neither.
    Result<Certificate> signServer(const PrivateKey &key, const QStringList &hosts, Instant now,
                                   const Validity &validity = {}) const;

    /// The client certificate of a machine for the key of its request (PEM, at most 8 kB, EC P-256,
    /// signed by that key). All else in the request is ignored.
    Result<Certificate> signMachine(const QByteArray &requestPem, MachineId machine, Instant now,
                                    const Validity &validity = {}) const;

    /// The certificate of `successor`'s key and name, signed by this authority: who believes this
    /// one alone then believes what the successor signs.
    Result<Certificate> crossSign(const Authority &successor) const;

private:
    Authority(PrivateKey key, Certificate certificate)
        : m_key(std::move(key))
        , m_certificate(std::move(certificate))
    {
    }

    PrivateKey m_key;
    Certificate m_certificate;
};

} // namespace Drover
