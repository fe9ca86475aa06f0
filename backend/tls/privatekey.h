#pragma once

#include "backend/base/result.h"

#include <QtCore/QByteArray>

#include <memory>

struct evp_pkey_st;

namespace Drover {

/// An EC P-256 key: of a CA, of the daemon, of an agent. Other kinds are refused, so that there is
/// one kind to reason about. A value (copies share the key). Any thread.
class PrivateKey
{
public:
    static Result<PrivateKey> generate();

    /// Takes the first private key of a PEM text, whatever else stands there.
    static Result<PrivateKey> fromPem(const QByteArray &pem);

    /// PKCS#8, not encrypted: for files that are 0600 (privatefile.h).
    Result<QByteArray> toPem() const;

    /// A certificate request (PEM) signed with this key. It carries the public key alone: what
    /// stands in the certificate is for the authority to say, not for who asks.
    Result<QByteArray> certificateRequest() const;

    /// OpenSSL's own handle, for the rest of this room. Never null.
    evp_pkey_st *handle() const { return m_key.get(); }

private:
    explicit PrivateKey(std::shared_ptr<evp_pkey_st> key) : m_key(std::move(key)) { }

    std::shared_ptr<evp_pkey_st> m_key;
};

} // namespace Drover
