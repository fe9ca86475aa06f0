#include "backend/agent/supplies.h"

#include "backend/protocol/blobrequests.h"

#include <unistd.h>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr int openAtOnce = 4;

QByteArray queryOf(AttemptId id)
{
    return "task=" + QByteArray::number(id.task.value) + "&attempt=" + QByteArray::number(id.n);
}

SupplyFailure failureOf(const Error &error, EndReason otherwise)
{
    // The machine's own disk; the daemon's quota is said by its words.
    const bool full = error.code == ErrorCode::LimitReached && otherwise == EndReason::InputMissing;
    return {.reason = full ? EndReason::DiskFull : otherwise, .detail = error.message};
}

} // namespace

Supplies::Supplies(FileThread &files, QObject *parent)
    : QObject(parent), m_files(files), m_carrier(CarrierSettings {.patience = std::chrono::milliseconds(0)})
{
    connect(&files, &FileThread::lacking, this, &Supplies::onLacking);
    connect(&files, &FileThread::furnished, this, &Supplies::onFurnished);
    connect(&files, &FileThread::gathered, this, &Supplies::onGathered);
    connect(&files, &FileThread::outputOpened, this, &Supplies::onOpened);
}

std::unique_ptr<QTimer> Supplies::timer(std::chrono::milliseconds within, std::function<void()> then)
{
    if (within.count() <= 0)
        return nullptr;
    auto timer = std::make_unique<QTimer>();
    timer->setSingleShot(true);
    // Behind this turn: the timer goes with what it ends.
    connect(timer.get(), &QTimer::timeout, this, std::move(then), Qt::QueuedConnection);
    timer->start(within);
    return timer;
}

void Supplies::bring(const Furnishing &furnishing, std::chrono::milliseconds within)
{
    const AttemptId id = furnishing.id;
    Bringing &bringing = m_bringing[id];
    bringing.furnishing = furnishing;
    bringing.timeout = timer(within, [this, id, within] {
        failBringing(id, {.reason = EndReason::PrepareTimedOut,
                          .detail = u"its inputs did not come within %1 ms"_s.arg(within.count())});
    });
    m_files.findLacking(furnishing);
}

void Supplies::onLacking(AttemptId id, const QStringList &hashes)
{
    const auto bringing = m_bringing.find(id);
    if (bringing == m_bringing.end())
        return;
    bringing->second.lacking = {hashes.cbegin(), hashes.cend()};
    if (hashes.isEmpty())
        m_files.furnish(bringing->second.furnishing);
    for (const QString &hash : hashes) {
        if (!m_downloads.contains(hash))
            download(hash, id);
    }
}

void Supplies::download(const QString &hash, AttemptId asker)
{
    const BlobOrder order {.way = BlobOrder::Way::Down,
                           .path = m_files.stockPath(hash),
                           .hash = hash,
                           .query = queryOf(asker)};
    m_downloads.insert(hash, {.asker = asker, .order = 0});
    m_downloads[hash].order = m_carrier.carry(order, this, [this, hash](const Result<BlobFile> &result) { onDownloaded(hash, result); });
}

void Supplies::onDownloaded(const QString &hash, const Result<BlobFile> &result)
{
    const Download done = m_downloads.take(hash);
    if (!result) {
        failBringing(done.asker, failureOf(result.error(), EndReason::InputMissing));
        // The others may ask by themselves: what one attempt may not read another may.
        for (const auto &[id, bringing] : m_bringing) {
            if (bringing.lacking.contains(hash)) {
                download(hash, id);
                break;
            }
        }
        return;
    }
    m_files.admit(hash);
    for (auto &[id, bringing] : m_bringing) {
        if (bringing.lacking.remove(hash) && bringing.lacking.isEmpty())
            m_files.furnish(bringing.furnishing);
    }
}

void Supplies::onFurnished(AttemptId id, const Result<void> &done)
{
    const auto bringing = m_bringing.find(id);
    if (bringing == m_bringing.end())
        return;
    if (!done && done.error().code == ErrorCode::NotFound)
        return m_files.findLacking(bringing->second.furnishing); // a task of this machine changed it: once more
    if (!done)
        return failBringing(id, failureOf(done.error(), EndReason::InputMissing));
    m_bringing.erase(bringing);
    emit brought(id, {});
}

void Supplies::dropDownload(const QString &hash)
{
    const bool wanted = std::ranges::any_of(m_bringing, [&](const auto &each) { return each.second.lacking.contains(hash); });
    if (!wanted && m_downloads.contains(hash))
        m_carrier.cancel(m_downloads.take(hash).order);
}

void Supplies::failBringing(AttemptId id, const SupplyFailure &failure)
{
    if (!m_bringing.contains(id))
        return;
    cancel(id);
    emit brought(id, failure);
}

void Supplies::cancel(AttemptId id)
{
    if (const auto bringing = m_bringing.find(id); bringing != m_bringing.end()) {
        const QSet<QString> lacking = bringing->second.lacking;
        m_bringing.erase(bringing);
        m_files.unwant(id);
        for (const QString &hash : lacking)
            dropDownload(hash);
    }
    if (const auto collecting = m_collecting.find(id); collecting != m_collecting.end()) {
        for (const qint64 order : std::as_const(collecting->second.orders))
            m_carrier.cancel(order);
        m_collecting.erase(collecting);
    }
}

void Supplies::collect(AttemptId id, const Seat &seat, const QStringList &patterns, Wanted wanted,
                       std::chrono::milliseconds within)
{
    Collecting &collecting = m_collecting[id];
    collecting.seat = seat;
    collecting.wanted = wanted;
    collecting.timeout = timer(within, [this, id, within] {
        if (m_collecting.contains(id)) {
            finishCollecting(id, SupplyFailure {.reason = EndReason::CollectTimedOut,
                                                .detail = u"its outputs were not taken away within %1 ms"_s.arg(within.count())});
        }
    });
    m_files.gather(id, seat, patterns);
}

void Supplies::onGathered(AttemptId id, const QList<LeftFile> &files, const QString &unmatched)
{
    const auto found = m_collecting.find(id);
    if (found == m_collecting.end())
        return;
    Collecting &collecting = found->second;
    if (!unmatched.isEmpty() && collecting.wanted == Wanted::All) {
        return finishCollecting(id, SupplyFailure {.reason = EndReason::OutputFailed,
                                                   .detail = u"it left nothing that matches %1"_s.arg(unmatched)});
    }
    collecting.left = files;
    openNext(id, collecting);
}

void Supplies::openNext(AttemptId id, Collecting &collecting)
{
    while (!collecting.left.isEmpty() && collecting.opening + collecting.orders.size() < openAtOnce) {
        ++collecting.opening;
        m_files.openOutput(id, collecting.seat, collecting.left.takeFirst().name);
    }
    if (collecting.left.isEmpty() && collecting.opening == 0 && collecting.orders.isEmpty())
        finishCollecting(id, {});
}

void Supplies::onOpened(AttemptId id, const QString &name, int file)
{
    const auto found = m_collecting.find(id);
    if (found == m_collecting.end()) {
        if (file >= 0)
            ::close(file);
        return;
    }
    Collecting &collecting = found->second;
    --collecting.opening;
    if (file < 0 || !isPathBelow(name)) {
        if (file >= 0)
            ::close(file);
        return finishCollecting(id, SupplyFailure {.reason = EndReason::OutputFailed,
                                                   .detail = u"%1 cannot be read, or its name is not to be kept"_s.arg(name)});
    }
    const auto order = std::make_shared<qint64>(0);
    *order = m_carrier.carry({.way = BlobOrder::Way::Up, .path = name, .file = file, .hash = {}, .query = queryOf(id)}, this,
                             [this, id, name, order](const Result<BlobFile> &result) {
                                 if (const auto known = m_collecting.find(id); known != m_collecting.end() && known->second.orders.remove(*order))
                                     onUploaded(id, name, result);
                             });
    collecting.orders.insert(*order);
}

void Supplies::onUploaded(AttemptId id, const QString &name, const Result<BlobFile> &result)
{
    if (!result)
        return finishCollecting(id, failureOf(result.error(), EndReason::OutputFailed));
    Collecting &collecting = m_collecting[id];
    collecting.done.append({.source = blobPrefix + result->hash, .name = name, .size = result->size});
    openNext(id, collecting);
}

void Supplies::finishCollecting(AttemptId id, const std::optional<SupplyFailure> &failure)
{
    const QList<Transfer> outputs = m_collecting[id].done;
    cancel(id);
    emit collected(id, failure ? QList<Transfer>() : outputs, failure);
}

} // namespace Drover
