#include "backend/tls/certificatefolder.h"

#include "backend/tls/privatefile.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr std::chrono::days renewAhead{30};

QString authorityFile(const QString &path)
{
    return path + u"/authority.pem"_s;
}

QString serverFile(const QString &path)
{
    return path + u"/server.pem"_s;
}

Result<void> makeFolder(const QString &path)
{
    constexpr auto ownerOnly
        = QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner;
    if (!QDir().mkpath(path) || !QFile::setPermissions(path, ownerOnly))
        return fail(ErrorCode::Io, u"cannot make the folder %1"_s.arg(path));
    return {};
}

// Which of the certificates signed the leaf; a name alone proves nothing.
bool isSignedBy(const Certificate &leaf, const QList<Certificate> &authorities)
{
    return verifyServer({leaf}, authorities, leaf.notBefore()).has_value();
}

} // namespace

Result<CertificateFolder> CertificateFolder::create(const QString &path, const QStringList &hosts,
                                                    Instant now, const Validity &validity)
{
    if (QFileInfo::exists(authorityFile(path)))
        return fail(ErrorCode::Conflict,
                    u"%1 is there already; replacing it would lock everybody out"_s.arg(
                        authorityFile(path)));
    if (auto made = makeFolder(path); !made)
        return made.error();
    Result<Authority> authority = Authority::create(now, validity);
    if (!authority)
        return authority.error();
    CertificateFolder folder(path, std::move(*authority), validity);
    if (auto renewed = folder.renewLeaf(hosts, now); !renewed)
        return renewed.error();
    // Last: a folder with an authority is a whole one.
    if (auto written = folder.writeAuthority(); !written)
        return written.error();
    return folder;
}

Result<CertificateFolder> CertificateFolder::open(const QString &path, const Validity &validity)
{
    const Result<QByteArray> pem = readPrivateFile(authorityFile(path));
    if (!pem)
        return pem.error();
    Result<PrivateKey> key = PrivateKey::fromPem(*pem);
    if (!key)
        return key.error();
    const Result<QList<Certificate>> certificates = Certificate::listFromPem(*pem);
    if (!certificates)
        return certificates.error();
    Result<Authority> authority = Authority::of(*key, certificates->first());
    if (!authority)
        return authority.error();

    CertificateFolder folder(path, std::move(*authority), validity);
    for (const Certificate &other : certificates->mid(1))
        (other.isSelfIssued() ? folder.m_older : folder.m_cross).append(other);
    if (auto read = folder.readServer(); !read)
        return read.error();
    return folder;
}

Result<void> CertificateFolder::readServer()
{
    const Result<QByteArray> pem = readPrivateFile(serverFile(m_path));
    if (!pem)
        return pem.error();
    const Result<PrivateKey> key = PrivateKey::fromPem(*pem);
    if (!key)
        return key.error();
    Result<QList<Certificate>> chain = Certificate::listFromPem(*pem);
    if (!chain)
        return chain.error();
    m_key = *key;
    m_chain = std::move(*chain);
    return {};
}

ServerIdentity CertificateFolder::identity() const
{
    return {m_key, m_chain, QList<Certificate>{m_authority.certificate()} + m_older};
}

Pin CertificateFolder::pin() const
{
    return isGiven() ? m_chain.last().pin() : m_authority.certificate().pin();
}

bool CertificateFolder::isGiven() const
{
    return !isSignedBy(m_chain.first(), QList<Certificate>{m_authority.certificate()} + m_older);
}

bool CertificateFolder::leafIsDue(const QStringList &hosts, Instant now) const
{
    if (isGiven())
        return false;
    const QStringList named = m_chain.first().names();
    const bool namesAll = std::all_of(hosts.begin(), hosts.end(), [&](const QString &host) {
        // IPv6 addresses have many spellings: those were compared when the leaf was made.
        return host.contains(u':') || named.contains(host);
    });
    return !namesAll || leafEnds() - now < std::min<std::chrono::seconds>(renewAhead, m_validity.server / 3)
        || !isSignedBy(m_chain.first(), {m_authority.certificate()});
}

QList<Certificate> CertificateFolder::chainBehind(const Certificate &leaf) const
{
    // The cross-signed one stands before the self-issued one of the same name: OpenSSL takes the
    // first that fits, and only the former leads clients of the old authority home.
    return QList<Certificate>{leaf} + m_cross + QList<Certificate>{m_authority.certificate()}
    + m_older;
}

Result<void> CertificateFolder::renewLeaf(const QStringList &hosts, Instant now)
{
    const Result<PrivateKey> key = PrivateKey::generate();
    if (!key)
        return key.error();
    const Result<Certificate> leaf = m_authority.signServer(*key, hosts, now, m_validity);
    if (!leaf)
        return leaf.error();
    CertificateFolder next = *this;
    next.m_key = *key;
    next.m_chain = chainBehind(*leaf);
    if (auto written = next.writeServer(); !written)
        return written;
    *this = std::move(next);
    return {};
}

Result<void> CertificateFolder::takeServer(const QByteArray &pem, Instant now)
{
    const Result<PrivateKey> key = PrivateKey::fromPem(pem);
    if (!key)
        return key.error();
    Result<QList<Certificate>> chain = Certificate::listFromPem(pem);
    if (!chain)
        return chain.error();
    if (auto owned = Authority::of(*key, chain->first()); !owned)
        return fail(ErrorCode::Invalid, u"the private key is not that of the first certificate"_s);
    if (chain->size() < 2 || !chain->last().isAuthority())
        return fail(ErrorCode::Invalid,
                    u"the chain does not end with its CA; append the CA's certificate"_s);
    if (auto trusted = verifyServer(*chain, {chain->last()}, now); !trusted)
        return trusted;
    CertificateFolder next = *this;
    next.m_key = *key;
    next.m_chain = std::move(*chain);
    if (auto written = next.writeServer(); !written)
        return written;
    *this = std::move(next);
    return {};
}

Result<void> CertificateFolder::beginRotation(const QStringList &hosts, Instant now)
{
    if (isRotating())
        return fail(ErrorCode::Conflict,
                    u"the authority is being rotated already; end that first"_s);
    Result<Authority> successor = Authority::create(now, m_validity);
    if (!successor)
        return successor.error();
    const Result<Certificate> cross = m_authority.crossSign(*successor);
    if (!cross)
        return cross.error();
    CertificateFolder next = *this;
    next.m_older = {m_authority.certificate()};
    next.m_cross = {*cross};
    next.m_authority = std::move(*successor);
    if (auto written = next.writeAuthority(); !written)
        return written;
    const bool given = isGiven();
    *this = std::move(next);
    return given ? Result<void>() : renewLeaf(hosts, now);
}

Result<void> CertificateFolder::endRotation()
{
    if (!isRotating())
        return {};
    const bool given = isGiven();
    CertificateFolder next = *this;
    next.m_older.clear();
    next.m_cross.clear();
    if (!given) {
        if (!isSignedBy(m_chain.first(), {m_authority.certificate()}))
            return fail(ErrorCode::Conflict,
                        u"the leaf is still the old authority's; renew it first"_s);
        next.m_chain = next.chainBehind(m_chain.first());
    }
    if (auto written = next.writeAuthority(); !written)
        return written;
    *this = std::move(next);
    return writeServer();
}

Result<void> CertificateFolder::writeAuthority() const
{
    const Result<QByteArray> key = m_authority.key().toPem();
    if (!key)
        return key.error();
    return writePrivateFile(authorityFile(m_path),
                            *key + m_authority.certificate().toPem() + toPem(m_cross)
                                + toPem(m_older));
}

Result<void> CertificateFolder::writeServer() const
{
    const Result<QByteArray> key = m_key->toPem();
    if (!key)
        return key.error();
    return writePrivateFile(serverFile(m_path), *key + toPem(m_chain));
}

} // namespace Drover
