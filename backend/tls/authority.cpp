#include "backend/tls/authority.h"

#include "backend/tls/openssl.h"
#include "backend/tls/secret.h"

#include <QtCore/QRegularExpression>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr qsizetype largestRequest = 8 * 1024;
constexpr qsizetype longestHost = 253;

using ExtensionPtr = std::unique_ptr<X509_EXTENSION, OpenSslRelease<&X509_EXTENSION_free>>;
using AddressPtr = std::unique_ptr<ASN1_OCTET_STRING, OpenSslRelease<&ASN1_OCTET_STRING_free>>;

// What stands in a certificate. Extensions by their OpenSSL names and values.
struct Contents
{
    QByteArray commonName;
    EVP_PKEY *key = nullptr;
    Instant from;
    Instant until;
    QList<std::pair<int, QByteArray>> extensions;
};

bool setTimes(X509 *certificate, Instant from, Instant until)
{
    const auto seconds = [](Instant instant) {
        return time_t(std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count());
    };
    return ASN1_TIME_set(X509_getm_notBefore(certificate), seconds(from))
        && ASN1_TIME_set(X509_getm_notAfter(certificate), seconds(until));
}

bool setSerial(X509 *certificate)
{
    QByteArray serial = randomBytes(16);
    serial[0] = char((serial[0] & 0x3f) | 0x40); // positive, and always 16 bytes
    return ASN1_STRING_set(X509_get_serialNumber(certificate), serial.constData(),
                           int(serial.size()));
}

bool setSubject(X509 *certificate, const QByteArray &commonName)
{
    X509_NAME *name = X509_get_subject_name(certificate);
    return X509_NAME_add_entry_by_txt(name, "O", MBSTRING_UTF8,
                                      reinterpret_cast<const unsigned char *>("Drover"), -1, -1, 0)
        && X509_NAME_add_entry_by_txt(
               name, "CN", MBSTRING_UTF8,
               reinterpret_cast<const unsigned char *>(commonName.constData()),
               int(commonName.size()), -1, 0);
}

bool addExtension(X509 *certificate, X509 *issuer, int kind, const QByteArray &value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.constData()));
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

// `issuer` null: signs itself.
Result<Certificate> sign(const Contents &contents, X509 *issuer, EVP_PKEY *issuerKey)
{
    X509Ptr made(X509_new());
    X509 *certificate = made.get();
    bool ok = X509_set_version(certificate, X509_VERSION_3) == 1 && setSerial(certificate)
        && setTimes(certificate, contents.from, contents.until)
        && X509_set_pubkey(certificate, contents.key) == 1
        && setSubject(certificate, contents.commonName);
    if (!issuer)
        issuer = certificate;
    ok = ok && X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1
        && addExtension(certificate, issuer, NID_subject_key_identifier, "hash"_ba)
        && addExtension(certificate, issuer, NID_authority_key_identifier, "keyid:always"_ba);
    for (const auto &[kind, value] : contents.extensions)
        ok = ok && addExtension(certificate, issuer, kind, value);
    if (!ok || X509_sign(certificate, issuerKey, EVP_sha256()) <= 0)
        return openSslError(ErrorCode::Internal, u"cannot make a certificate"_s);
    return Certificate::own(made.release());
}

// "DNS:…" or "IP:…". OpenSSL reads commas and colons in these as syntax of its own, so nothing gets
// there that is not plainly a name or an address.
Result<QByteArray> alternativeName(const QString &host)
{
    static const QRegularExpression hostName(
        u"^[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?)*\\.?$"_s);
    const QByteArray text = host.toLatin1();
    if (const AddressPtr address(a2i_IPADDRESS(text.constData())); address && !text.contains('%'))
        return "IP:" + text;
    if (host.size() <= longestHost && hostName.match(host).hasMatch())
        return "DNS:" + text;
    return fail(ErrorCode::Invalid,
                u"'%1' is neither a host name nor an address"_s.arg(host.left(longestHost)));
}

Result<KeyPtr> keyOfRequest(const QByteArray &pem)
{
    if (pem.size() > largestRequest)
        return fail(ErrorCode::TooLarge, u"the certificate request is over 8 kB"_s);
    const BioPtr bio = bioOver(pem);
    const RequestPtr request(PEM_read_bio_X509_REQ(bio.get(), nullptr, nullptr, nullptr));
    if (!request)
        return openSslError(ErrorCode::Invalid, u"not a certificate request"_s);
    KeyPtr key(X509_REQ_get_pubkey(request.get()));
    std::array<char, 32> group{};
    size_t length = 0;
    if (!key || !EVP_PKEY_is_a(key.get(), "EC")
        || EVP_PKEY_get_group_name(key.get(), group.data(), group.size(), &length) != 1
        || QByteArrayView(group.data(), qsizetype(length)) != "prime256v1")
        return openSslError(ErrorCode::Invalid, u"the request's key is not EC P-256"_s);
    if (X509_REQ_verify(request.get(), key.get()) != 1)
        return openSslError(ErrorCode::Invalid, u"the request is not signed by its own key"_s);
    return key;
}

Contents authorityContents(const QByteArray &name, EVP_PKEY *key, Instant from, Instant until,
                           const QByteArray &constraints)
{
    return {
        name,
        key,
        from,
        until,
        {{NID_basic_constraints, constraints}, {NID_key_usage, "critical,keyCertSign,cRLSign"_ba}}};
}

Contents leafContents(const QByteArray &name, EVP_PKEY *key, Instant now, Instant until,
                      const QByteArray &usage)
{
    return {name,
            key,
            now - std::chrono::days(1),
            until,
            {{NID_basic_constraints, "critical,CA:FALSE"_ba},
             {NID_key_usage, "critical,digitalSignature"_ba},
             {NID_ext_key_usage, usage}}};
}

} // namespace

Result<Authority> Authority::create(Instant now, const Validity &validity)
{
    Result<PrivateKey> key = PrivateKey::generate();
    if (!key)
        return key.error();
    const QByteArray name = "Drover CA " + randomBytes(4).toHex();
    // One level below: a successor's certificate that this one has signed.
    const Result<Certificate> certificate
        = sign(authorityContents(name, key->handle(), now - std::chrono::days(1),
                                 now + validity.authority, "critical,CA:TRUE,pathlen:1"_ba),
               nullptr, key->handle());
    if (!certificate)
        return certificate.error();
    return Authority(*key, *certificate);
}

Result<Authority> Authority::of(PrivateKey key, Certificate certificate)
{
    if (X509_check_private_key(certificate.handle(), key.handle()) != 1)
        return openSslError(ErrorCode::Invalid, u"the authority's key is not its certificate's"_s);
    return Authority(std::move(key), std::move(certificate));
}

Result<Certificate> Authority::signServer(const PrivateKey &key, const QStringList &hosts,
                                          Instant now, const Validity &validity) const
{
    QByteArrayList names{"DNS:" + QByteArray(serverName.data(), serverName.size())};
    for (const QString &host : hosts) {
        const Result<QByteArray> name = alternativeName(host);
        if (!name)
            return name.error();
        if (!names.contains(*name))
            names.append(*name);
    }
    Contents contents
        = leafContents(QByteArray(serverName.data(), serverName.size()), key.handle(), now,
                       std::min(now + validity.server, m_certificate.notAfter()), "serverAuth"_ba);
    contents.extensions.append({NID_subject_alt_name, names.join(',')});
    return sign(contents, m_certificate.handle(), m_key.handle());
}

Result<Certificate> Authority::signMachine(const QByteArray &requestPem, MachineId machine,
                                           Instant now, const Validity &validity) const
{
    Q_ASSERT(machine);
    const Result<KeyPtr> key = keyOfRequest(requestPem);
    if (!key)
        return key.error();
    return sign(leafContents(machineName(machine).toLatin1(), key->get(), now,
                             std::min(now + validity.machine, m_certificate.notAfter()),
                             "clientAuth"_ba),
                m_certificate.handle(), m_key.handle());
}

Result<Certificate> Authority::crossSign(const Authority &successor) const
{
    const Certificate &next = successor.certificate();
    return sign(authorityContents(next.commonName().toUtf8(), successor.key().handle(),
                                  next.notBefore(),
                                  std::min(next.notAfter(), m_certificate.notAfter()),
                                  "critical,CA:TRUE,pathlen:0"_ba),
                m_certificate.handle(), m_key.handle());
}

} // namespace Drover
