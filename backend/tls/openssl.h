#pragma once

#include "backend/base/error.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <memory>

// Inside this room only: owners for OpenSSL's things, and its words in our errors.

namespace Drover {

template <auto release> struct OpenSslRelease
{
    template <typename T> void operator()(T *thing) const { release(thing); }
};

using BioPtr = std::unique_ptr<BIO, OpenSslRelease<&BIO_free_all>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, OpenSslRelease<&EVP_PKEY_free>>;
using X509Ptr = std::unique_ptr<X509, OpenSslRelease<&X509_free>>;
using RequestPtr = std::unique_ptr<X509_REQ, OpenSslRelease<&X509_REQ_free>>;
using StorePtr = std::unique_ptr<X509_STORE, OpenSslRelease<&X509_STORE_free>>;
using StoreContextPtr = std::unique_ptr<X509_STORE_CTX, OpenSslRelease<&X509_STORE_CTX_free>>;

/// "what: OpenSSL's reason". Empties this thread's queue of errors, so that no later failure is
/// explained by this one.
Error openSslError(ErrorCode code, const QString &what);

/// A read-only view; `bytes` must outlive it.
BioPtr bioOver(const QByteArray &bytes);

/// What was written into a memory BIO.
QByteArray bytesOf(BIO *bio);

} // namespace Drover
