#include "backend/api/blobdoor.h"

#include "backend/protocol/blobrequests.h"

#include <QtCore/QUrlQuery>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr quint64 largestBlob = quint64(1) << 50;
constexpr qint64 pieceBytes = 256 * 1024;
constexpr qint64 mostAhead = 2 * 1024 * 1024; // bytes given to the disk and not written yet
constexpr QByteArrayView path = "/blob/";

int statusOf(ErrorCode code)
{
    switch (code) {
    case ErrorCode::NotSignedIn:
        return 401;
    case ErrorCode::NotPermitted:
        return 403;
    case ErrorCode::NotFound:
        return 404;
    case ErrorCode::Conflict:
        return 409;
    case ErrorCode::TooLarge:
        return 413;
    case ErrorCode::LimitReached:
        return 507;
    case ErrorCode::Busy:
    case ErrorCode::StorageUnavailable:
        return 503;
    case ErrorCode::Internal:
    case ErrorCode::Io:
        return 500;
    default:
        return 400;
    }
}

HttpReply refusalOf(const Error &error)
{
    HttpReply reply = httpRefusal(statusOf(error.code), error.message.toUtf8());
    const QLatin1StringView name = errorName(error.code);
    reply.headers.emplaceBack("Drover-Error", QByteArray(name.data(), name.size()));
    return reply;
}

QString bearerOf(const HttpHead &head)
{
    const QByteArray value = head.headers.value("authorization");
    return value.startsWith("Bearer ") ? QString::fromLatin1(value.sliced(7)).trimmed() : QString();
}

std::optional<qint64> numberOf(const QByteArray &text)
{
    bool ok = false;
    const qint64 value = text.toLongLong(&ok);
    return ok && value >= 0 ? std::optional(value) : std::nullopt;
}

/// "bytes 100-199/200", "bytes */200", or nothing: the body is the whole.
Result<void> readContentRange(const HttpHead &head, BlobAsk &ask)
{
    const Error odd = fail(ErrorCode::Invalid, u"Content-Range: bytes <from>-<to>/<size>, or bytes */<size>, is expected"_s);
    const QByteArray range = head.headers.value("content-range");
    if (range.isEmpty()) {
        if (!head.contentLength)
            return fail(ErrorCode::Invalid, u"say the size: Content-Length, or Content-Range"_s);
        ask.size = qint64(*head.contentLength);
        return {};
    }
    const qsizetype slash = range.indexOf('/');
    const std::optional<qint64> size = numberOf(range.mid(slash + 1));
    if (!range.startsWith("bytes ") || slash < 0 || !size)
        return odd;
    ask.size = *size;
    const QByteArray part = range.sliced(6, slash - 6);
    if (part == "*") {
        ask.what = BlobAsk::What::Probe;
        return {};
    }
    const std::optional<qint64> from = numberOf(part.left(part.indexOf('-')));
    const std::optional<qint64> to = numberOf(part.mid(part.indexOf('-') + 1));
    if (!from || !to || *to + 1 != ask.size || *from > *to)
        return odd;
    ask.from = *from;
    return {};
}

/// "bytes=100-": the whole from there. Other ranges are answered with the whole, as they may be.
qint64 firstByteOf(const HttpHead &head)
{
    const QByteArray range = head.headers.value("range");
    if (!range.startsWith("bytes=") || !range.endsWith('-'))
        return 0;
    return numberOf(range.sliced(6, range.size() - 7)).value_or(0);
}

Result<BlobAsk> readAsk(BlobAsk::What what, const HttpRequest &request)
{
    const HttpHead &head = request.head;
    const QUrlQuery query(QString::fromLatin1(head.query));
    BlobAsk ask {.what = what,
                 .hash = QString::fromLatin1(head.path.mid(path.size())),
                 .bearer = bearerOf(head),
                 .address = request.info.address.toString(),
                 .machine = request.info.machine,
                 .fingerprint = QString::fromLatin1(request.info.certificateFingerprint.toHex()),
                 .task = query.queryItemValue(u"task"_s).toLongLong(),
                 .attempt = query.queryItemValue(u"attempt"_s).toInt()};
    if (!isBlobHash(ask.hash))
        return fail(ErrorCode::Invalid, u"/blob/<64 hex digits of its BLAKE2b-256> is expected"_s);
    if (what == BlobAsk::What::Get)
        ask.from = firstByteOf(head);
    else if (const Result<void> range = readContentRange(head, ask); !range)
        return range.error();
    return ask;
}

} // namespace

struct BlobDoor::Transfer
{
    BlobAsk ask;
    HttpAnswer answer;
    PeerId peer;
    bool isLetIn = false; // an upload that the blob thread knows
    bool isBegun = false; // its beginning is open
    bool isComplete = false; // no more of its body will come
    bool isStarted = false; // a download that streams
    qint64 ahead = 0; // bytes under way to the disk
    qint64 size = 0;
    qint64 next = 0; // byte to read
    QByteArray first; // read before the answer began, to see that it is there
};

BlobDoor::BlobDoor(FrontDoor &door, BlobFiles &files, QObject *parent)
    : QObject(parent), m_door(door), m_files(files)
{
    qRegisterMetaType<BlobAsk>();
    const auto routed = [this](BlobAsk::What what) {
        return [this, what](const HttpRequest &request, const HttpAnswer &answer) {
            return onRequest(what, request, answer);
        };
    };
    door.setStreamRoute("GET", path.toByteArray(), HttpRoute::Match::Prefix, 0, routed(BlobAsk::What::Get));
    door.setStreamRoute("PUT", path.toByteArray(), HttpRoute::Match::Prefix, largestBlob, routed(BlobAsk::What::Put));
    connect(&files, &BlobFiles::measured, this, &BlobDoor::onMeasured);
    connect(&files, &BlobFiles::begun, this, &BlobDoor::onBegun);
    connect(&files, &BlobFiles::written, this, &BlobDoor::onWritten);
    connect(&files, &BlobFiles::wasRead, this, &BlobDoor::onRead);
}

BlobDoor::~BlobDoor() = default;

BlobDoor::Transfer *BlobDoor::find(qint64 transfer)
{
    const auto found = m_transfers.find(transfer);
    return found == m_transfers.end() ? nullptr : found->second.get();
}

HttpBodySink BlobDoor::onRequest(BlobAsk::What what, const HttpRequest &request, const HttpAnswer &answer)
{
    prune();
    Result<BlobAsk> ask = readAsk(what, request);
    if (!ask) {
        answer.send(refusalOf(ask.error()));
        return {};
    }
    const qint64 id = ask->transfer = ++m_last;
    answer.holdBody(); // until it is known whether he may
    m_transfers.emplace(id, std::unique_ptr<Transfer>(new Transfer {.ask = *ask, .answer = answer, .peer = request.peer}));
    emit asked(*ask);
    return {.piece = [this, id](const QByteArray &piece) { onPiece(id, piece); },
            .complete = [this, id] { onComplete(id); },
            .gone = [this, id] { end(id); }};
}

/// A download's peer may go without a word.
void BlobDoor::prune()
{
    std::erase_if(m_transfers, [](const auto &each) {
        const Transfer &transfer = *each.second;
        return transfer.isStarted && !transfer.answer.isStreaming();
    });
}

void BlobDoor::end(qint64 transfer)
{
    const auto found = m_transfers.find(transfer);
    if (found == m_transfers.end())
        return;
    const std::unique_ptr<Transfer> ended = std::move(found->second);
    m_transfers.erase(found);
    if (!ended->isLetIn)
        return;
    QMetaObject::invokeMethod(&m_files, [&files = m_files, transfer] { files.giveUp(transfer); });
    emit over(transfer);
}

void BlobDoor::refuse(qint64 transfer, const Error &error)
{
    if (const Transfer *known = find(transfer))
        known->answer.send(refusalOf(error));
    end(transfer);
}

void BlobDoor::isThere(qint64 transfer)
{
    if (const Transfer *known = find(transfer))
        known->answer.send({.status = 200, .contentType = "text/plain; charset=utf-8", .body = "it is here\n"});
    end(transfer);
}

void BlobDoor::take(qint64 transfer, const BlobUpload &upload)
{
    Transfer *known = find(transfer);
    if (!known)
        return emit over(transfer);
    m_door.setSignedIn(known->peer);
    known->isLetIn = true;
    const bool probe = known->ask.what == BlobAsk::What::Probe;
    QMetaObject::invokeMethod(&m_files, [&files = m_files, transfer, upload, probe] {
        probe ? files.measure(transfer, upload) : files.begin(transfer, upload);
    });
}

void BlobDoor::onMeasured(qint64 transfer, qint64 size)
{
    if (const Transfer *known = find(transfer)) {
        HttpReply reply {.status = 308, .contentType = "text/plain; charset=utf-8", .body = "go on\n"};
        if (size > 0)
            reply.headers.emplaceBack("Range", "bytes=0-" + QByteArray::number(size - 1));
        known->answer.send(reply);
    }
    end(transfer);
}

void BlobDoor::onBegun(qint64 transfer, const Result<qint64> &from)
{
    Transfer *known = find(transfer);
    if (!known) {
        QMetaObject::invokeMethod(&m_files, [&files = m_files, transfer] { files.giveUp(transfer); });
        return;
    }
    if (!from)
        return refuse(transfer, from.error());
    known->isBegun = true;
    if (known->isComplete) // it had no body
        onComplete(transfer);
    else
        known->answer.resumeBody();
}

void BlobDoor::onPiece(qint64 transfer, const QByteArray &piece)
{
    Transfer *known = find(transfer);
    if (!known)
        return;
    known->ahead += piece.size();
    if (known->ahead > mostAhead)
        known->answer.holdBody();
    QMetaObject::invokeMethod(&m_files, [&files = m_files, transfer, piece] { files.write(transfer, piece); });
}

void BlobDoor::onWritten(qint64 transfer, const Result<qint64> &bytes)
{
    Transfer *known = find(transfer);
    if (!known)
        return;
    if (!bytes)
        return refuse(transfer, bytes.error());
    const bool held = known->ahead > mostAhead;
    known->ahead -= *bytes;
    if (held && known->ahead <= mostAhead)
        known->answer.resumeBody();
}

/// The body's end; without a body at once, before it is known whether he may.
void BlobDoor::onComplete(qint64 transfer)
{
    Transfer *known = find(transfer);
    if (!known)
        return;
    known->isComplete = true;
    if (known->isBegun)
        QMetaObject::invokeMethod(&m_files, [&files = m_files, transfer] { files.finish(transfer); });
}

void BlobDoor::stored(qint64 transfer)
{
    if (const Transfer *known = find(transfer))
        known->answer.send({.status = 201, .contentType = "text/plain; charset=utf-8", .body = "stored\n"});
    end(transfer);
}

void BlobDoor::serve(qint64 transfer, qint64 size)
{
    Transfer *known = find(transfer);
    if (!known)
        return;
    if (known->ask.from > size)
        return refuse(transfer, fail(ErrorCode::Invalid, u"it has only %1 bytes"_s.arg(size)));
    m_door.setSignedIn(known->peer);
    known->size = size;
    known->next = known->ask.from;
    if (known->next == size)
        startAnswer(transfer);
    else
        readNext(transfer);
}

void BlobDoor::startAnswer(qint64 transfer)
{
    Transfer *known = find(transfer);
    const qint64 size = known->size;
    known->isStarted = true;
    HttpReply reply {.status = known->ask.from > 0 ? 206 : 200, .contentType = "application/octet-stream", .body = {}};
    reply.headers.emplaceBack("Accept-Ranges", "bytes");
    if (known->ask.from > 0) {
        reply.headers.emplaceBack("Content-Range",
                                  "bytes " + QByteArray::number(known->ask.from) + '-' + QByteArray::number(size - 1) + '/'
                                      + QByteArray::number(size));
    }
    const HttpAnswer answer = known->answer;
    answer.stream(reply, quint64(size - known->ask.from), [this, transfer] { onWanted(transfer); });
    if (!answer.isStreaming()) // HEAD, or nobody is there any more
        end(transfer);
}

void BlobDoor::onWanted(qint64 transfer)
{
    Transfer *known = find(transfer);
    if (!known)
        return;
    if (!known->first.isEmpty()) {
        const HttpAnswer answer = known->answer;
        answer.write(std::exchange(known->first, {})); // asks for the next, at the end as well
        return;
    }
    if (known->next == known->size) {
        known->answer.end();
        end(transfer);
        return;
    }
    readNext(transfer);
}

void BlobDoor::readNext(qint64 transfer)
{
    const Transfer *known = find(transfer);
    QMetaObject::invokeMethod(&m_files, [&files = m_files, transfer, hash = known->ask.hash, at = known->next] {
        files.read(transfer, hash, at, pieceBytes);
    });
}

void BlobDoor::onRead(qint64 transfer, const Result<QByteArray> &piece)
{
    Transfer *known = find(transfer);
    if (!known)
        return;
    if (!piece && !known->isStarted)
        return refuse(transfer, fail(ErrorCode::NotFound, u"this file is not kept any more"_s));
    if (!piece) {
        known->answer.abort();
        end(transfer);
        return;
    }
    known->next += piece->size();
    if (!known->isStarted) {
        known->first = *piece;
        return startAnswer(transfer);
    }
    const HttpAnswer answer = known->answer;
    answer.write(*piece);
}

} // namespace Drover
