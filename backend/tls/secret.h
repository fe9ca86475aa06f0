#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QString>

namespace Drover {

/// Bytes that nobody can guess, from the system's generator. Any thread.
QByteArray randomBytes(int count);

/// A secret as text, base64url: 160 bits unless told otherwise, 27 characters.
QString randomSecret(int bytes = 20);

/// Compares in a time that does not tell how much was right.
bool secretsEqual(QByteArrayView a, QByteArrayView b);

} // namespace Drover
