#include "ui/shell/watchdog.h"

#include "backend/base/logging.h"

#include <QtCore/QThread>

#include <chrono>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr auto beatEvery = 25ms;
constexpr std::chrono::milliseconds hanging = 2s; // said while it lasts
constexpr qsizetype mostFindings = 200;

qint64 now()
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

} // namespace

Watchdog::Watchdog(QObject *parent) : QObject(parent)
{
    m_lastBeat = now();
    m_seen = m_lastBeat;
    // Coarse enough to cost nothing, fine enough for 50 ms: what a beat is late by is what it waited.
    m_beats.setTimerType(Qt::PreciseTimer);
    m_beats.setInterval(beatEvery);
    connect(&m_beats, &QTimer::timeout, this, &Watchdog::beat);
    m_beats.start();
    m_thread.reset(QThread::create([this] { watch(); }));
    m_thread->setObjectName(u"watchdog"_s);
    m_thread->start();
}

Watchdog::~Watchdog()
{
    m_stop = true;
    m_thread->wait();
}

void Watchdog::setAction(const QString &id)
{
    const QMutexLocker lock(&m_lock);
    m_action = id;
    if (!id.isEmpty())
        m_lastAction = id;
}

void Watchdog::beat()
{
    const qint64 at = now();
    const std::chrono::milliseconds late(at - m_lastBeat - beatEvery.count());
    m_lastBeat = at;
    m_seen = at;
    ++m_turns;
    QString action;
    {
        const QMutexLocker lock(&m_lock);
        action = std::exchange(m_lastAction, {});
    }
    if (late <= limit)
        return;
    m_longest = std::max(m_longest, late);
    const Block block{QDateTime::currentDateTimeUtc().addMSecs(-late.count()), late, action};
    m_findings.append(block);
    if (m_findings.size() > mostFindings)
        m_findings.removeFirst();
    logWarning(LogCategory::Console, u"the window did not answer for a while",
               {{"ms"_L1, QString::number(late.count())}, {"action"_L1, action}});
    emit found(block);
}

void Watchdog::watch()
{
    bool said = false;
    while (!m_stop) {
        QThread::msleep(100);
        const qint64 silent = now() - m_seen;
        if (silent < hanging.count()) {
            said = false;
        } else if (!said) {
            said = true;
            const QMutexLocker lock(&m_lock);
            logWarning(LogCategory::Console, u"the window does not answer",
                       {{"ms"_L1, QString::number(silent)}, {"action"_L1, m_action}});
        }
    }
}

} // namespace Drover
