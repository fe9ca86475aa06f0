#pragma once

#include "backend/base/ids.h"
#include "backend/base/instant.h"
#include "backend/base/result.h"
#include "backend/protocol/enumtext.h"
#include "backend/protocol/field.h"

#include <QtCore/QByteArray>
#include <QtCore/QCborValue>
#include <QtCore/QList>
#include <QtCore/QMap>
#include <QtCore/QStringList>

#include <optional>

namespace Drover {

/// What a decoder does with a field it does not know: commands are refused by name, so that
/// nothing that was asked is silently left out; replies, reports and changes skip it.
enum class UnknownFields { Skip, Refuse };

/// CBOR of a message, and back. Compiled once for each type that says DROVER_CODEC (cborcodec.h)
/// in a source file: "undefined reference to encode<T>" means that this line is missing. Any thread.
template<typename T>
QByteArray encode(const T &value);

/// `bytes` is one CBOR item. Bounded by the bytes that are there; nesting at most 16 deep.
template<typename T>
Result<T> decode(const QByteArray &bytes, UnknownFields unknown = UnknownFields::Skip);

/// JSON is the same tree as the CBOR, so there is one codec; byte strings become base64url.
QByteArray jsonOfCbor(const QByteArray &cbor);
Result<QByteArray> cborOfJson(const QByteArray &json);

template<typename T>
QByteArray toJson(const T &value)
{
    return jsonOfCbor(encode(value));
}

template<typename T>
Result<T> fromJson(const QByteArray &json, UnknownFields unknown = UnknownFields::Skip)
{
    const Result<QByteArray> cbor = cborOfJson(json);
    if (!cbor)
        return cbor.error();
    return decode<T>(*cbor, unknown);
}

} // namespace Drover
