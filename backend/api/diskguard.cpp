#include "backend/api/diskguard.h"

#include "backend/base/logging.h"
#include "backend/base/size.h"

#include <QtCore/QFile>

#include <fcntl.h>
#include <limits>
#include <sys/statvfs.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr auto lookEvery = 1s;

qint64 freeUnder(const QString &directory)
{
    struct statvfs disk {};
    if (::statvfs(QFile::encodeName(directory).constData(), &disk) != 0)
        return std::numeric_limits<qint64>::max(); // it is not for us to say that it is full
    return qint64(disk.f_bavail) * qint64(disk.f_frsize);
}

} // namespace

DiskGuard::DiskGuard(const Settings &settings, QString directory, Events &events, QObject &files,
                     QObject *parent)
    : QObject(parent), m_settings(settings), m_directory(std::move(directory)), m_events(events), m_files(files)
{
    connect(&m_looks, &QTimer::timeout, this, &DiskGuard::measure);
}

void DiskGuard::start()
{
    m_looks.start(lookEvery);
    measure();
}

void DiskGuard::measure()
{
    if (std::exchange(m_measuring, true))
        return; // a disk that does not answer is asked once
    QMetaObject::invokeMethod(&m_files, [this, directory = m_directory, ballast = ballastFile()] {
        const Measured now {.free = freeUnder(directory), .hasBallast = QFile::exists(ballast)};
        QMetaObject::invokeMethod(this, [this, now] { onMeasured(now); });
    });
}

DiskGuard::State DiskGuard::next(qint64 free) const
{
    const qint64 refuseBelow = setting("disk.refuse-below"_L1);
    const qint64 fullBelow = std::min(setting("disk.ballast"_L1), refuseBelow) / 2;
    // Wider apart on the way back, or it would change each second.
    if (free < fullBelow || (m_state == State::Full && free < refuseBelow))
        return State::Full;
    if (free < refuseBelow || (m_state != State::Ample && free < setting("disk.resume-above"_L1)))
        return State::Low;
    return State::Ample;
}

void DiskGuard::onMeasured(const Measured &now)
{
    m_measuring = false;
    m_free = now.free;
    const State before = std::exchange(m_state, next(now.free));
    if (m_state == State::Full && now.hasBallast)
        giveUpBallast();
    const qint64 ballast = setting("disk.ballast"_L1);
    if (m_state == State::Ample && !now.hasBallast && ballast > 0 && now.free > setting("disk.resume-above"_L1) + ballast)
        makeBallast(ballast);
    if (m_state == before)
        return;
    tell(before);
    emit changed();
}

void DiskGuard::tell(State before)
{
    const QString left = u"%1 are free under %2"_s.arg(printedSize(m_free), m_directory);
    Event event {.source = u"disk"_s, .object = {}, .project = {}};
    switch (m_state) {
    case State::Ample:
        event.kind = u"ample"_s;
        event.text = u"there is room on the disk again: %1; new work is taken on"_s.arg(left);
        break;
    case State::Low:
        event.severity = EventSeverity::Warning;
        event.kind = u"low"_s;
        event.text = before == State::Full ? u"output is stored again: %1"_s.arg(left)
                                           : u"the disk is nearly full: %1; nothing new is taken on"_s.arg(left);
        break;
    case State::Full:
        event.severity = EventSeverity::Error;
        event.kind = u"full"_s;
        event.text = u"the disk is full: %1; output waits at the agents, and the ballast was given up"_s.arg(left);
        break;
    }
    logWarning(LogCategory::Files, event.text);
    m_events.add(std::move(event));
}

Result<void> DiskGuard::mayGrow() const
{
    if (m_state == State::Ample)
        return {};
    return fail(ErrorCode::LimitReached,
                u"the daemon's disk is nearly full (%1 are free under %2): nothing new is taken on until there are %3; make room, or"
                " delete what is not needed"_s.arg(printedSize(m_free), m_directory, printedSize(setting("disk.resume-above"_L1))));
}

void DiskGuard::giveUpBallast()
{
    QMetaObject::invokeMethod(&m_files, [ballast = ballastFile()] { QFile::remove(ballast); });
}

void DiskGuard::makeBallast(qint64 size)
{
    QMetaObject::invokeMethod(&m_files, [ballast = ballastFile(), size] {
        const QByteArray path = QFile::encodeName(ballast);
        const int file = ::open(path.constData(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (file < 0)
            return;
        if (::posix_fallocate(file, 0, size) != 0)
            ::unlink(path.constData()); // the room went to somebody else meanwhile
        ::close(file);
    });
}

} // namespace Drover
