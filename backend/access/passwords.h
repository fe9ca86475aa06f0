#pragma once

#include "backend/base/result.h"

#include <QtCore/QByteArray>

namespace Drover {

/// argon2id in libsodium's text form, at its interactive limits (64 MiB, about 80 ms). In the auth
/// thread, one at a time.
Result<QString> hashedPassword(const QString &password);
bool passwordMatches(const QString &password, const QString &hash);

/// What is stored of a token or an invitation's secret: BLAKE2b-256. They are random, so that a
/// slow hash would add nothing.
QByteArray secretHash(const QString &secret);

/// Empty when it will do: 10 to 1,000 characters.
QString passwordProblem(const QString &password);

} // namespace Drover
