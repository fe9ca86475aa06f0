#include "backend/access/passwords.h"

#include <sodium.h>

using namespace Qt::StringLiterals;

namespace Drover {

Result<QString> hashedPassword(const QString &password)
{
    const QByteArray text = password.toUtf8();
    char hash[crypto_pwhash_STRBYTES];
    if (crypto_pwhash_str(hash, text.constData(), size_t(text.size()), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                          crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
        return fail(ErrorCode::Internal, u"no memory to hash a password"_s);
    return QString::fromLatin1(hash);
}

bool passwordMatches(const QString &password, const QString &hash)
{
    const QByteArray text = password.toUtf8();
    const QByteArray stored = hash.toLatin1();
    if (stored.isEmpty() || stored.size() >= qsizetype(crypto_pwhash_STRBYTES)) {
        // Takes as long as a wrong password: the time must not tell which users there are.
        std::ignore = hashedPassword(password);
        return false;
    }
    return crypto_pwhash_str_verify(stored.constData(), text.constData(), size_t(text.size())) == 0;
}

QByteArray secretHash(const QString &secret)
{
    const QByteArray text = secret.toUtf8();
    QByteArray hash(crypto_generichash_BYTES, 0);
    crypto_generichash(reinterpret_cast<unsigned char *>(hash.data()), size_t(hash.size()),
                       reinterpret_cast<const unsigned char *>(text.constData()), size_t(text.size()),
                       nullptr, 0);
    return hash;
}

QString passwordProblem(const QString &password)
{
    if (password.size() < 10)
        return u"is shorter than 10 characters"_s;
    if (password.size() > 1000)
        return u"is longer than 1,000 characters"_s;
    return {};
}

} // namespace Drover
