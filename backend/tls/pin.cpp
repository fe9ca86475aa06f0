#include "backend/tls/pin.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr auto base64url = QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals;
constexpr qsizetype hashBytes = 32;
constexpr qsizetype textLength = 43;

} // namespace

QString Pin::printed() const
{
    return QString::fromLatin1(hash.toBase64(base64url));
}

Result<Pin> Pin::parse(QStringView text)
{
    if (text.size() == textLength) {
        const auto decoded = QByteArray::fromBase64Encoding(
            text.toLatin1(), base64url | QByteArray::AbortOnBase64DecodingErrors);
        if (decoded && decoded.decoded.size() == hashBytes)
            return Pin{decoded.decoded};
    }
    return fail(ErrorCode::Invalid, u"a pin is 43 characters of base64url; copy it again"_s);
}

} // namespace Drover
