#include "backend/protocol/envelope.h"

#include "backend/protocol/cborcodec.h"

#include <QtCore/QCborArray>
#include <QtCore/QCborMap>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

Error broken(const char *what)
{
    return fail(ErrorCode::Protocol, u"not a message: "_s + QString::fromLatin1(what));
}

Error errorOf(const QCborMap &map)
{
    const QCborMap data = map.value("data"_L1).toMap();
    Error error {.code = errorCodeOf(data.value("code"_L1).toString()),
                 .message = map.value("message"_L1).toString()};
    error.retryAfterMs = int(data.value("retryAfterMs"_L1).toInteger());
    for (const QCborValue &each : data.value("problems"_L1).toArray()) {
        const QCborMap problem = each.toMap();
        error.problems.append({problem.value("file"_L1).toString(),
                               int(problem.value("line"_L1).toInteger()),
                               problem.value("field"_L1).toString(),
                               problem.value("reason"_L1).toString(),
                               problem.value("remedy"_L1).toString()});
    }
    return error;
}

QCborMap mapOf(const Error &error)
{
    QCborMap data {{"code"_L1, QString(errorName(error.code))}};
    if (error.retryAfterMs > 0)
        data.insert("retryAfterMs"_L1, error.retryAfterMs);
    QCborArray problems;
    for (const Problem &problem : error.problems) {
        problems.append(QCborMap {{"file"_L1, problem.file},
                                  {"line"_L1, problem.line},
                                  {"field"_L1, problem.field},
                                  {"reason"_L1, problem.reason},
                                  {"remedy"_L1, problem.remedy}});
    }
    if (!problems.isEmpty())
        data.insert("problems"_L1, problems);
    return {{"code"_L1, jsonRpcNumber(error.code)}, {"message"_L1, error.message}, {"data"_L1, data}};
}

// Reads a text of bounded length; false when it is something else.
bool readWord(QCborStreamReader &reader, QString *word)
{
    if (!reader.isString())
        return false;
    word->clear();
    auto piece = reader.readString();
    while (piece.status == QCborStreamReader::Ok && word->size() < 200) {
        *word += piece.data;
        piece = reader.readString();
    }
    return piece.status == QCborStreamReader::EndOfString;
}

// One message from the reader. Params stay bytes: whoever knows the method knows their type.
Result<Envelope> readEnvelope(QCborStreamReader &reader, const QByteArray &bytes)
{
    if (!reader.isMap() || !reader.enterContainer())
        return broken("a map is expected");
    Envelope envelope;
    QString key;
    while (reader.lastError() == QCborError::NoError && reader.hasNext()) {
        if (!readWord(reader, &key))
            return broken("a name is expected");
        if (key == "id"_L1) {
            if (!reader.isInteger())
                return broken("id must be a number");
            envelope.id = reader.toInteger();
            reader.next();
        } else if (key == "method"_L1) {
            if (!readWord(reader, &envelope.method))
                return broken("method must be a word");
        } else if (key == "params"_L1 || key == "result"_L1) {
            const qint64 from = reader.currentOffset();
            if (!reader.next(20))
                return broken("params cut short");
            envelope.params = bytes.mid(from, reader.currentOffset() - from);
        } else if (key == "error"_L1) {
            envelope.error = errorOf(QCborValue::fromCbor(reader).toMap());
        } else if (!reader.next(20)) {
            return broken("cut short");
        }
    }
    if (reader.lastError() != QCborError::NoError || !reader.leaveContainer())
        return broken("cut short");
    if (envelope.params.isEmpty())
        envelope.params = QByteArray(1, char(0xa0)); // the empty map
    return envelope;
}

void startEnvelope(CborEncoder &encoder, std::optional<qint64> id)
{
    encoder.writer().startMap();
    if (id) {
        encoder.writeText("id");
        encoder.write(*id);
    }
}

// The params are CBOR already: they are put after the open map as they are.
QByteArray closed(QByteArray head, const QByteArray &params)
{
    return head + params + char(0xff);
}

QByteArray openMap(std::optional<qint64> id, QLatin1StringView method, const char *last)
{
    QByteArray bytes;
    CborEncoder encoder(&bytes);
    startEnvelope(encoder, id);
    if (!method.isEmpty()) {
        encoder.writeText("method");
        encoder.writeText({method.data(), size_t(method.size())});
    }
    encoder.writeText(last);
    return bytes;
}

QByteArray inFormat(const QByteArray &cbor, WireFormat format)
{
    if (format == WireFormat::Cbor)
        return cbor;
    QCborMap map = QCborValue::fromCbor(cbor).toMap();
    map.insert("jsonrpc"_L1, u"2.0"_s);
    return QJsonDocument(map.toJsonObject()).toJson(QJsonDocument::Compact);
}

} // namespace

Result<QList<Envelope>> envelopesOf(const QByteArray &frame, WireFormat format)
{
    QByteArray bytes = frame;
    if (format == WireFormat::Json) {
        const Result<QByteArray> cbor = cborOfJson(frame);
        if (!cbor)
            return cbor.error();
        bytes = *cbor;
    }
    QList<Envelope> envelopes;
    qsizetype offset = 0;
    while (offset < bytes.size()) {
        const QByteArray rest = QByteArray::fromRawData(bytes.constData() + offset, bytes.size() - offset);
        QCborStreamReader reader(rest);
        Result<Envelope> envelope = readEnvelope(reader, rest);
        if (!envelope)
            return envelope.error();
        const qint64 used = reader.currentOffset();
        if (used <= 0)
            return broken("nothing in it");
        envelopes.append(std::move(*envelope));
        offset += used;
    }
    return envelopes;
}

QByteArray requestFrame(qint64 id, QLatin1StringView method, const QByteArray &params, WireFormat format)
{
    return inFormat(closed(openMap(id, method, "params"), params), format);
}

QByteArray notificationFrame(QLatin1StringView method, const QByteArray &params, WireFormat format)
{
    return inFormat(closed(openMap(std::nullopt, method, "params"), params), format);
}

QByteArray resultFrame(qint64 id, const QByteArray &result, WireFormat format)
{
    return inFormat(closed(openMap(id, {}, "result"), result), format);
}

QByteArray errorFrame(std::optional<qint64> id, const Error &error, WireFormat format)
{
    return inFormat(closed(openMap(id, {}, "error"), QCborValue(mapOf(error)).toCbor()), format);
}

int jsonRpcNumber(ErrorCode code)
{
    switch (code) {
    case ErrorCode::Protocol:
        return -32600;
    case ErrorCode::Invalid:
    case ErrorCode::UnsupportedField:
        return -32602;
    case ErrorCode::Internal:
        return -32603;
    default:
        return -32000 - int(code);
    }
}

} // namespace Drover

DROVER_CODEC(Drover::Done)
