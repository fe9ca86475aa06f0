#pragma once

#include "backend/tls/authority.h"

#include <optional>

namespace Drover {

/// What a daemon shows to whoever connects, and whom it believes. A value, handed to the front
/// door.
struct ServerIdentity
{
    std::optional<PrivateKey> key; ///< the leaf's; none only in an identity not yet filled
    QList<Certificate> chain; ///< the leaf first, then all that a client may need, CAs included
    QList<Certificate> authorities; ///< whose client certificates are believed, newest first
};

/// The daemon's `tls` folder: its authority, the leaf it shows, and both through renewal and
/// rotation. Two files, each 0600 and renamed whole: `authority.pem` (key, certificate, then what
/// is left of a rotation) and `server.pem` (key, leaf, chain).
///
/// While it rotates two CAs are valid: clients that know the old one alone go on (the new one is
/// also shown signed by the old), agents' certificates of both are believed, and what is new gets
/// the new one. No thread of its own; writes wait for the disk.
class CertificateFolder
{
public:
    /// Makes the folder (0700), a CA and a leaf for `hosts` (names and addresses without ports;
    /// `drover` is always there). Conflict when an authority is there already: nothing is replaced.
    static Result<CertificateFolder> create(const QString &path, const QStringList &hosts,
                                            Instant now, const Validity &validity = {});
    static Result<CertificateFolder> open(const QString &path, const Validity &validity = {});

    ServerIdentity identity() const;
    const Authority &authority() const { return m_authority; }

    /// The key hash that invitations carry.
    Pin pin() const;

    /// True with less than 30 days left, or a third of its life, when a host is missing, and when the leaf is not the
    /// authority's (a rotation that was interrupted). Never for a given leaf.
    bool leafIsDue(const QStringList &hosts, Instant now) const;
    /// By the newest authority, for as long as `validity` says.
    Result<Certificate> signMachine(const QByteArray &requestPem, MachineId machine, Instant now) const
    {
        return m_authority.signMachine(requestPem, machine, now, m_validity);
    }

    Instant leafEnds() const { return m_chain.first().notAfter(); }

    /// A new key and leaf; who is connected stays so.
    Result<void> renewLeaf(const QStringList &hosts, Instant now);

    /// Shows a certificate of the site's own: PEM with the leaf's EC P-256 key, the leaf, and the
    /// chain up to and including its CA. Refused unless key and leaf belong together, the chain
    /// holds and the leaf names `drover`. Agents' certificates stay our authority's.
    Result<void> takeServer(const QByteArray &pem, Instant now);
    bool isGiven() const; ///< the leaf is such a one

    Result<void> beginRotation(const QStringList &hosts, Instant now); ///< Conflict while one is on
    Result<void> endRotation(); ///< the old authority is believed no more
    bool isRotating() const { return !m_older.isEmpty(); }

private:
    CertificateFolder(QString path, Authority authority, const Validity &validity)
        : m_path(std::move(path))
        , m_authority(std::move(authority))
        , m_validity(validity)
    {
    }

    Result<void> readServer();
    Result<void> writeAuthority() const;
    Result<void> writeServer() const;
    QList<Certificate> chainBehind(const Certificate &leaf) const;

    QString m_path;
    Authority m_authority;
    QList<Certificate> m_older; // authorities that are still believed
    QList<Certificate> m_cross; // our authority's key, signed by an older one
    std::optional<PrivateKey> m_key;
    QList<Certificate> m_chain;
    Validity m_validity;
};

} // namespace Drover
