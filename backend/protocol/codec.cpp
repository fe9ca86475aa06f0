#include "backend/protocol/cborcodec.h"

#include <QtCore/QCborMap>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>

#include <cmath>
#include <limits>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr int deepest = 16;
constexpr double mostExact = 9007199254740992.0; // 2^53: past it a double is no count

/// Where a text has one half of a surrogate pair as \\uXXXX, which Qt would quietly make a `?` of; -1:
/// nowhere. `json` is well-formed.
qsizetype lonelyHalf(const QByteArray &json)
{
    const auto unitAt = [&json](qsizetype at) {
        const bool isUnit = json.size() >= at + 6 && json[at] == '\\' && json[at + 1] == 'u';
        return isUnit ? json.mid(at + 2, 4).toUInt(nullptr, 16) : 0u;
    };
    for (qsizetype at = json.indexOf('\\'); at >= 0; at = json.indexOf('\\', at)) {
        const uint unit = unitAt(at);
        if (QChar::isHighSurrogate(unit) && QChar::isLowSurrogate(unitAt(at + 6)))
            at += 12;
        else if (QChar::isSurrogate(unit))
            return at;
        else
            at += 2; // past what is escaped, which may be another of these
    }
    return -1;
}

} // namespace

CborDecoder::CborDecoder(const QByteArray &bytes, UnknownFields unknown)
    : m_bytes(bytes), m_reader(m_bytes), m_unknown(unknown)
{
}

bool CborDecoder::refuse(ErrorCode code, const QString &reason)
{
    if (!m_failed)
        m_error = Error {.code = code, .message = reason};
    m_failed = true;
    return false;
}

bool CborDecoder::refuseField(std::string_view name)
{
    const QString word = QString::fromUtf8(name.data(), qsizetype(name.size()));
    return refuse(ErrorCode::UnsupportedField, u"there is no field \"%1\" here"_s.arg(word));
}

void CborDecoder::nameField(std::string_view name)
{
    const QString word = QString::fromUtf8(name.data(), qsizetype(name.size()));
    const bool inside = !m_error.problems.isEmpty();
    if (!inside)
        m_error.problems.append(Problem {.field = {}, .reason = m_error.message});
    QString &path = m_error.problems.first().field;
    path = path.isEmpty() ? word : word + u'.' + path;
    m_error.message = path + u": "_s + m_error.problems.first().reason;
}

bool CborDecoder::next()
{
    return m_reader.next(deepest) || refuse(ErrorCode::Protocol, u"the message is cut short or broken"_s);
}

bool CborDecoder::enterArray()
{
    if (!m_reader.isArray())
        return refuse(ErrorCode::Invalid, u"a list is expected"_s);
    if (++m_depth > deepest)
        return refuse(ErrorCode::TooLarge, u"nested too deeply"_s);
    return m_reader.enterContainer() || refuse(ErrorCode::Protocol, u"broken list"_s);
}

bool CborDecoder::enterMap()
{
    if (!m_reader.isMap())
        return refuse(ErrorCode::Invalid, u"a set of named fields is expected"_s);
    if (++m_depth > deepest)
        return refuse(ErrorCode::TooLarge, u"nested too deeply"_s);
    return m_reader.enterContainer() || refuse(ErrorCode::Protocol, u"broken map"_s);
}

bool CborDecoder::leave()
{
    --m_depth;
    if (m_failed)
        return false;
    if (m_reader.lastError() != QCborError::NoError || !m_reader.leaveContainer())
        return refuse(ErrorCode::Protocol, u"the message is cut short or broken"_s);
    return true;
}

bool CborDecoder::read(bool &value)
{
    if (!m_reader.isBool())
        return refuse(ErrorCode::Invalid, u"true or false is expected"_s);
    value = m_reader.toBool();
    return next();
}

bool CborDecoder::read(qint64 &value)
{
    if (m_reader.isInteger()) {
        // Both kinds reach 2^64; ours are 63 bits.
        if (m_reader.isUnsignedInteger()
            && m_reader.toUnsignedInteger() > quint64(std::numeric_limits<qint64>::max()))
            return refuse(ErrorCode::Invalid, u"the number is too large"_s);
        value = m_reader.toInteger();
        return next();
    }
    if (m_reader.isDouble()) {
        const double number = m_reader.toDouble();
        if (std::nearbyint(number) != number || std::abs(number) > mostExact)
            return refuse(ErrorCode::Invalid, u"a whole number is expected"_s);
        value = qint64(number);
        return next();
    }
    return refuse(ErrorCode::Invalid, u"a number is expected"_s);
}

bool CborDecoder::read(int &value)
{
    qint64 wide = 0;
    if (!read(wide))
        return false;
    if (wide < std::numeric_limits<int>::min() || wide > std::numeric_limits<int>::max())
        return refuse(ErrorCode::Invalid, u"the number is too large"_s);
    value = int(wide);
    return true;
}

bool CborDecoder::read(quint64 &value)
{
    qint64 wide = 0;
    return read(wide) && (value = quint64(wide), true);
}

bool CborDecoder::read(double &value)
{
    if (m_reader.isDouble())
        value = m_reader.toDouble();
    else if (m_reader.isFloat())
        value = double(m_reader.toFloat());
    else if (m_reader.isFloat16())
        value = double(float(m_reader.toFloat16()));
    else if (m_reader.isInteger())
        value = double(m_reader.toInteger());
    else
        return refuse(ErrorCode::Invalid, u"a number is expected"_s);
    if (!std::isfinite(value))
        return refuse(ErrorCode::Invalid, u"a finite number is expected"_s);
    return next();
}

bool CborDecoder::read(QString &value)
{
    if (!m_reader.isString())
        return refuse(ErrorCode::Invalid, u"text is expected"_s);
    value.clear();
    auto piece = m_reader.readString();
    while (piece.status == QCborStreamReader::Ok) {
        value += piece.data;
        piece = m_reader.readString();
    }
    return piece.status == QCborStreamReader::EndOfString
        || refuse(ErrorCode::Protocol, u"broken text (not UTF-8, or cut short)"_s);
}

bool CborDecoder::read(QByteArray &value)
{
    if (m_reader.isString()) { // JSON has no bytes: base64url there
        QString text;
        if (!read(text))
            return false;
        const auto decoded = QByteArray::fromBase64Encoding(text.toLatin1(), QByteArray::Base64UrlEncoding
                                                                | QByteArray::AbortOnBase64DecodingErrors);
        if (!decoded)
            return refuse(ErrorCode::Invalid, u"bytes as base64url are expected"_s);
        value = *decoded;
        return true;
    }
    if (!m_reader.isByteArray())
        return refuse(ErrorCode::Invalid, u"bytes are expected"_s);
    value.clear();
    auto piece = m_reader.readByteArray();
    while (piece.status == QCborStreamReader::Ok) {
        value += piece.data;
        piece = m_reader.readByteArray();
    }
    return piece.status == QCborStreamReader::EndOfString
        || refuse(ErrorCode::Protocol, u"bytes cut short"_s);
}

bool CborDecoder::read(QCborValue &value)
{
    value = QCborValue::fromCbor(m_reader);
    return m_reader.lastError() == QCborError::NoError
        || m_reader.lastError() == QCborError::EndOfFile
        || refuse(ErrorCode::Protocol, u"the message is cut short or broken"_s);
}

qsizetype CborDecoder::readShortText(char *into, qsizetype size)
{
    if (!m_reader.isString()) {
        refuse(ErrorCode::Invalid, u"a word is expected"_s);
        return -1;
    }
    qsizetype length = 0;
    while (length < size) {
        const auto piece = m_reader.readStringChunk(into + length, size - length);
        if (piece.status == QCborStreamReader::EndOfString)
            return length;
        if (piece.status == QCborStreamReader::Error)
            break;
        length += piece.data;
    }
    refuse(ErrorCode::Invalid, u"this is no word of the protocol"_s);
    return -1;
}

QByteArray jsonOfCbor(const QByteArray &cbor)
{
    const QJsonValue json = QCborValue::fromCbor(cbor).toJsonValue();
    if (json.isArray())
        return QJsonDocument(json.toArray()).toJson(QJsonDocument::Compact);
    return QJsonDocument(json.toObject()).toJson(QJsonDocument::Compact);
}

Result<QByteArray> cborOfJson(const QByteArray &json)
{
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(json, &problem);
    if (problem.error != QJsonParseError::NoError) {
        return fail(ErrorCode::Invalid, u"not JSON: %1 at byte %2"_s.arg(problem.errorString())
                                            .arg(problem.offset));
    }
    if (const qsizetype half = lonelyHalf(json); half >= 0)
        return fail(ErrorCode::Invalid, u"not Unicode: half of a surrogate pair at byte %1"_s.arg(half));
    const QCborValue tree = document.isArray() ? QCborValue::fromJsonValue(document.array())
                                               : QCborValue::fromJsonValue(document.object());
    return tree.toCbor();
}

} // namespace Drover
