#include "backend/tls/privatekey.h"

#include "backend/tls/openssl.h"

#include <openssl/ec.h>
#include <openssl/pem.h>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

std::shared_ptr<EVP_PKEY> shared(EVP_PKEY *key)
{
    return {key, &EVP_PKEY_free};
}

// A prompt on a terminal is OpenSSL's default for an encrypted key; a daemon has none.
int noPassword(char *, int, int, void *)
{
    return -1;
}

bool isP256(const EVP_PKEY *key)
{
    std::array<char, 32> group{};
    size_t length = 0;
    return EVP_PKEY_is_a(key, "EC")
        && EVP_PKEY_get_group_name(key, group.data(), group.size(), &length) == 1
        && QByteArrayView(group.data(), qsizetype(length)) == "prime256v1";
}

} // namespace

Result<PrivateKey> PrivateKey::generate()
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    if (!key)
        return openSslError(ErrorCode::Internal, u"cannot make a key"_s);
    return PrivateKey(shared(key));
}

Result<PrivateKey> PrivateKey::fromPem(const QByteArray &pem)
{
    const BioPtr bio = bioOver(pem);
    EVP_PKEY *key = PEM_read_bio_PrivateKey(bio.get(), nullptr, &noPassword, nullptr);
    if (!key)
        return openSslError(ErrorCode::Invalid, u"no private key in this PEM text"_s);
    const auto owned = shared(key);
    if (!isP256(key))
        return fail(ErrorCode::Invalid, u"the private key is not of the kind EC P-256"_s);
    return PrivateKey(owned);
}

Result<QByteArray> PrivateKey::toPem() const
{
    const BioPtr bio(BIO_new(BIO_s_mem()));
    if (PEM_write_bio_PrivateKey(bio.get(), handle(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
        return openSslError(ErrorCode::Internal, u"cannot write a key"_s);
    return bytesOf(bio.get());
}

Result<QByteArray> PrivateKey::certificateRequest() const
{
    const RequestPtr request(X509_REQ_new());
    const BioPtr bio(BIO_new(BIO_s_mem()));
    if (X509_REQ_set_version(request.get(), X509_REQ_VERSION_1) != 1
        || X509_REQ_set_pubkey(request.get(), handle()) != 1
        || X509_REQ_sign(request.get(), handle(), EVP_sha256()) <= 0
        || PEM_write_bio_X509_REQ(bio.get(), request.get()) != 1)
        return openSslError(ErrorCode::Internal, u"cannot make a certificate request"_s);
    return bytesOf(bio.get());
}

} // namespace Drover
