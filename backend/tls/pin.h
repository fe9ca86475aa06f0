#pragma once

#include "backend/base/result.h"

#include <QtCore/QByteArray>

namespace Drover {

/// Which CA a client believes: SHA-256 over the DER SubjectPublicKeyInfo of the CA's key, written
/// as 43 characters of base64url. Of the key and not the certificate, so that a CA may be signed
/// anew. In profiles and invitation links: frozen.
struct Pin
{
    QByteArray hash; ///< 32 bytes; empty is no pin

    bool isNull() const { return hash.isEmpty(); }
    QString printed() const;
    static Result<Pin> parse(QStringView text);

    friend bool operator==(const Pin &, const Pin &) = default;
};

} // namespace Drover
