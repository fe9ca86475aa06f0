#include "backend/tls/certificate.h"

#include "backend/tls/openssl.h"

#include <QtCore/QCryptographicHash>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <array>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr QLatin1StringView machinePrefix("machine-");

using NamesPtr = std::unique_ptr<GENERAL_NAMES, OpenSslRelease<&GENERAL_NAMES_free>>;

QByteArray derOf(auto encode, const auto *thing)
{
    unsigned char *data = nullptr;
    const int size = encode(thing, &data);
    if (size <= 0)
        return {};
    const QByteArray der(reinterpret_cast<const char *>(data), size);
    OPENSSL_free(data);
    return der;
}

Instant instantOf(const ASN1_TIME *time)
{
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1)
        return never;
    return std::chrono::sys_seconds(std::chrono::seconds(timegm(&parts)));
}

QString addressOf(const ASN1_OCTET_STRING *address)
{
    const unsigned char *bytes = ASN1_STRING_get0_data(address);
    QStringList parts;
    if (ASN1_STRING_length(address) == 4) {
        for (int i = 0; i < 4; ++i)
            parts.append(QString::number(bytes[i]));
        return parts.join(u'.');
    }
    for (int i = 0; i + 1 < ASN1_STRING_length(address); i += 2)
        parts.append(QString::number(bytes[i] * 256 + bytes[i + 1], 16));
    return parts.join(u':');
}

// What a verification is for: the extended key usage that the leaf must have.
enum class Purpose { Server, Client };

Result<void> verifyChain(const Certificate &leaf, const QList<Certificate> &between,
                         const QList<Certificate> &authorities, Purpose purpose, Instant now)
{
    const StorePtr store(X509_STORE_new());
    for (const Certificate &authority : authorities)
        X509_STORE_add_cert(store.get(), authority.handle());
    const auto releaseStack = [](STACK_OF(X509) * stack) { sk_X509_free(stack); };
    const std::unique_ptr<STACK_OF(X509), decltype(releaseStack)> untrusted(sk_X509_new_null(),
                                                                            releaseStack);
    for (const Certificate &certificate : between)
        sk_X509_push(untrusted.get(), certificate.handle());

    const StoreContextPtr context(X509_STORE_CTX_new());
    if (X509_STORE_CTX_init(context.get(), store.get(), leaf.handle(), untrusted.get()) != 1)
        return openSslError(ErrorCode::Internal, u"cannot verify a certificate"_s);
    X509_VERIFY_PARAM *parameters = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_time(
        parameters, std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count());
    X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_X509_STRICT);
    X509_STORE_CTX_set_purpose(context.get(),
                               purpose == Purpose::Server ? X509_PURPOSE_SSL_SERVER
                                                          : X509_PURPOSE_SSL_CLIENT);
    if (X509_verify_cert(context.get()) == 1)
        return {};
    const int reason = X509_STORE_CTX_get_error(context.get());
    ERR_clear_error();
    return fail(ErrorCode::Untrusted,
                u"the certificate is not to be trusted: %1"_s.arg(
                    QLatin1StringView(X509_verify_cert_error_string(reason))));
}

} // namespace

Certificate Certificate::own(X509 *certificate)
{
    return Certificate(std::shared_ptr<X509>(certificate, &X509_free));
}

Result<QList<Certificate>> Certificate::listFromPem(const QByteArray &pem, int maximum)
{
    const BioPtr bio = bioOver(pem);
    QList<Certificate> certificates;
    while (X509 *next = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
        certificates.append(own(next));
        if (certificates.size() > maximum)
            return fail(ErrorCode::TooLarge,
                        u"over %1 certificates in one PEM text"_s.arg(maximum));
    }
    // "no start line" is how the end looks; what is broken in the middle must not pass for it.
    const bool atEnd = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    if (certificates.isEmpty() || !atEnd)
        return openSslError(ErrorCode::Invalid, u"no whole certificate in this PEM text"_s);
    ERR_clear_error();
    return certificates;
}

Result<Certificate> Certificate::fromDer(const QByteArray &der)
{
    const auto *data = reinterpret_cast<const unsigned char *>(der.constData());
    X509 *certificate = d2i_X509(nullptr, &data, long(der.size()));
    if (!certificate)
        return openSslError(ErrorCode::Invalid, u"not a certificate"_s);
    return own(certificate);
}

QByteArray Certificate::toPem() const
{
    const BioPtr bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(bio.get(), handle());
    return bytesOf(bio.get());
}

Pin Certificate::pin() const
{
    const QByteArray key = derOf(&i2d_X509_PUBKEY, X509_get_X509_PUBKEY(handle()));
    return Pin{QCryptographicHash::hash(key, QCryptographicHash::Sha256)};
}

QByteArray Certificate::fingerprint() const
{
    return QCryptographicHash::hash(derOf(&i2d_X509, handle()), QCryptographicHash::Sha256);
}

QString Certificate::serial() const
{
    const ASN1_INTEGER *serial = X509_get0_serialNumber(handle());
    return QString::fromLatin1(
        QByteArray(reinterpret_cast<const char *>(ASN1_STRING_get0_data(serial)),
                   ASN1_STRING_length(serial))
            .toHex());
}

QString Certificate::commonName() const
{
    std::array<char, 256> name{};
    const int size = X509_NAME_get_text_by_NID(X509_get_subject_name(handle()), NID_commonName,
                                               name.data(), int(name.size()));
    return size > 0 ? QString::fromUtf8(name.data(), size) : QString();
}

QStringList Certificate::names() const
{
    const NamesPtr all(static_cast<GENERAL_NAMES *>(
        X509_get_ext_d2i(handle(), NID_subject_alt_name, nullptr, nullptr)));
    QStringList hosts;
    QStringList addresses;
    for (int i = 0; i < sk_GENERAL_NAME_num(all.get()); ++i) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(all.get(), i);
        if (name->type == GEN_DNS) {
            hosts.append(QString::fromUtf8(
                reinterpret_cast<const char *>(ASN1_STRING_get0_data(name->d.dNSName)),
                ASN1_STRING_length(name->d.dNSName)));
        } else if (name->type == GEN_IPADD) {
            addresses.append(addressOf(name->d.iPAddress));
        }
    }
    return hosts + addresses;
}

Instant Certificate::notBefore() const
{
    return instantOf(X509_get0_notBefore(handle()));
}

Instant Certificate::notAfter() const
{
    return instantOf(X509_get0_notAfter(handle()));
}

bool Certificate::isAuthority() const
{
    return X509_check_ca(handle()) == 1;
}

bool Certificate::isSelfIssued() const
{
    return X509_NAME_cmp(X509_get_subject_name(handle()), X509_get_issuer_name(handle())) == 0;
}

QByteArray toPem(const QList<Certificate> &certificates)
{
    QByteArray pem;
    for (const Certificate &certificate : certificates)
        pem += certificate.toPem();
    return pem;
}

Result<void> verifyServer(const QList<Certificate> &chain, const QList<Certificate> &authorities,
                          Instant now)
{
    if (chain.isEmpty())
        return fail(ErrorCode::Untrusted, u"the server showed no certificate"_s);
    if (auto trusted = verifyChain(chain.first(), chain.mid(1), authorities, Purpose::Server, now);
        !trusted)
        return trusted;
    if (!chain.first().names().contains(serverName))
        return fail(ErrorCode::Untrusted,
                    u"the server's certificate does not name \"%1\", but %2"_s.arg(
                        serverName, chain.first().names().join(u", ")));
    return {};
}

Result<MachineId> verifyMachine(const Certificate &certificate,
                                const QList<Certificate> &authorities, Instant now)
{
    if (auto trusted = verifyChain(certificate, {}, authorities, Purpose::Client, now); !trusted)
        return trusted.error();
    const QString name = certificate.commonName();
    bool isNumber = false;
    const qint64 id = QStringView(name).mid(machinePrefix.size()).toLongLong(&isNumber);
    // Back and forth, so that there is one spelling of each machine ("machine-+7" is none).
    if (!isNumber || id <= 0 || name != machineName(MachineId{id}))
        return fail(ErrorCode::Untrusted, u"the certificate is not a machine's"_s);
    return MachineId{id};
}

Result<Certificate> authorityByPin(const QList<Certificate> &chain, const Pin &pin, Instant now)
{
    const Certificate *found = nullptr;
    for (const Certificate &certificate : chain) {
        if (certificate.isAuthority() && certificate.pin() == pin
            && (!found || certificate.isSelfIssued()))
            found = &certificate;
    }
    if (pin.isNull() || !found)
        return fail(ErrorCode::Untrusted,
                    u"the server's CA is not the one that the invitation names; "
                    "this is another server, or somebody is in between"_s);
    if (auto trusted = verifyServer(chain, {*found}, now); !trusted)
        return trusted.error();
    return *found;
}

QString machineName(MachineId machine)
{
    return machinePrefix + QString::number(machine.value);
}

} // namespace Drover
