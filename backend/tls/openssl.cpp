#include "backend/tls/openssl.h"

#include <openssl/err.h>

using namespace Qt::StringLiterals;

namespace Drover {

Error openSslError(ErrorCode code, const QString &what)
{
    QString reason;
    while (const auto number = ERR_get_error()) {
        if (const char *text = ERR_reason_error_string(number); text && reason.isEmpty())
            reason = QString::fromLatin1(text);
    }
    return Error{code, reason.isEmpty() ? what : what + u": "_s + reason};
}

BioPtr bioOver(const QByteArray &bytes)
{
    return BioPtr(BIO_new_mem_buf(bytes.constData(), int(bytes.size())));
}

QByteArray bytesOf(BIO *bio)
{
    char *data = nullptr;
    const auto size = BIO_get_mem_data(bio, &data);
    return {data, qsizetype(size)};
}

} // namespace Drover
