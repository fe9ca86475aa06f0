#include "ui/shell/serverlink.h"

#include "app/client/connection.h"
#include "app/mirror/mirror.h"
#include "backend/base/version.h"
#include "backend/protocol/operationrequests.h"
#include "ui/widgets/look.h"
#include "ui/widgets/notices.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

QDateTime localTime(Instant instant)
{
    return QDateTime::fromMSecsSinceEpoch(toMicroseconds(instant) / 1000);
}

// "0.2" of "0.2.7": what decides who knows what.
QList<int> numbersOf(const QString &version)
{
    QList<int> numbers;
    for (const QString &part : version.split(u'.'))
        numbers.append(part.toInt());
    return numbers;
}

} // namespace

ServerLink::ServerLink(const Desk &desk, QObject *parent) : QObject(parent), m_desk(desk), m_wasOnline(desk.mirror.isLoaded())
{
    const auto follow = [this] {
        m_wasOnline = m_wasOnline || isOnline();
        emit changed();
    };
    // How fresh it is shows at once; what moves thirty times a second is gathered.
    m_soon.setSingleShot(true);
    m_soon.setInterval(100ms);
    connect(&m_soon, &QTimer::timeout, this, follow);
    const auto followSoon = [this] {
        if (!m_soon.isActive())
            m_soon.start();
    };
    connect(&desk.connection, &Connection::statusChanged, this, follow);
    connect(&desk.mirror, &Mirror::sessionChanged, this, follow);
    connect(&desk.mirror, &Mirror::statusChanged, this, follow);
    connect(&desk.mirror, &Mirror::figuresChanged, this, followSoon);
    connect(&desk.mirror, &Mirror::operationsChanged, this, followSoon);
    connect(&desk.mirror, &Mirror::batchesChanged, this, followSoon);
    connect(&desk.mirror, &Mirror::machinesChanged, this, followSoon);
}

bool ServerLink::isHeld() const
{
    return m_desk.mirror.status().held;
}

quint64 ServerLink::store() const
{
    return quint64(m_desk.connection.session().store);
}

bool ServerLink::isOnline() const
{
    return m_desk.connection.isReady();
}

Instant ServerLink::heard() const
{
    return m_desk.connection.status().heard;
}

FreshnessNews ServerLink::freshness() const
{
    const ConnectionStatus &status = m_desk.connection.status();
    FreshnessNews news;
    news.tries = status.tries;
    news.age = status.silence;
    if (isSet(status.since))
        news.since = m_desk.look.isUtc() ? localTime(status.since).toUTC() : localTime(status.since);
    switch (status.state) {
    case ConnectionState::Live: news.freshness = Freshness::Live; break;
    case ConnectionState::Late: news.freshness = Freshness::Lagging; break;
    case ConnectionState::Connecting:
    case ConnectionState::Reconnecting: news.freshness = Freshness::Reconnecting; break;
    case ConnectionState::Closed:
    case ConnectionState::Offline:
    case ConnectionState::Refused:
    case ConnectionState::VersionMismatch: news.freshness = Freshness::Offline; break;
    }
    return news;
}

StatusNews ServerLink::status() const
{
    StatusNews news;
    if (!m_wasOnline)
        return news;
    const SessionInfo &session = m_desk.connection.session();
    news.user = session.user;
    news.level = session.level;
    news.revision = m_desk.mirror.revision();
    news.updates = m_desk.mirror.updatesPerSecond();
    news.skew = m_desk.mirror.clockSkew();
    return news;
}

OperationsNews ServerLink::operations() const
{
    OperationsNews news;
    for (const Operation &operation : m_desk.mirror.operations()) {
        if (operation.state != OperationState::Running)
            continue;
        if (!news.words.isEmpty()) {
            ++news.more;
            continue;
        }
        news.words = operation.words;
        news.percent = operation.total > 0 ? int(operation.done * 100 / operation.total) : -1;
    }
    return news;
}

std::optional<Level> ServerLink::level() const
{
    if (!m_wasOnline)
        return {};
    return enumOf<Level>(m_desk.connection.session().level.toStdString());
}

QString ServerLink::whyNoChange() const
{
    if (isOnline())
        return {};
    return m_wasOnline ? tr("Not connected: what is shown is as of %1").arg(QLocale().toString(localTime(heard()).time(), u"HH:mm:ss"_s))
                       : tr("Not connected yet");
}

std::optional<Error> ServerLink::refusal() const
{
    const ConnectionStatus &status = m_desk.connection.status();
    if (status.state == ConnectionState::Refused || status.state == ConnectionState::VersionMismatch)
        return status.error;
    return {};
}

QString ServerLink::limits() const
{
    const QString theirs = m_desk.connection.session().version;
    if (theirs.isEmpty() || !isOnline())
        return {};
    const QList<int> us = numbersOf(programVersion()).first(2);
    const QList<int> them = numbersOf(theirs).first(std::min<qsizetype>(2, numbersOf(theirs).size()));
    if (us == them)
        return {};
    return us < them ? tr("This console (%1) is older than the daemon (%2): what is new there is not shown.").arg(programVersion(), theirs)
                     : tr("The daemon (%2) is older than this console (%1): some actions are refused by it.").arg(programVersion(), theirs);
}

void ServerLink::holdEverything(bool held)
{
    m_desk.connection.send(HoldEverything{held}, this, [this, held](const Result<Done> &done) {
        if (!done) {
            m_desk.notices.tellError(held ? tr("Not everything is held") : tr("Everything is still held"), done.error());
            return;
        }
        m_desk.mirror.requestStatus();
        m_desk.notices.tell(held ? tr("Everything is held: nothing new starts") : tr("Work goes on"));
    });
}

void ServerLink::undo(OperationId operation)
{
    m_desk.connection.send(UndoOperation{operation}, this, [this](const Result<Operation> &undone) {
        if (undone)
            m_desk.notices.tell(undone->words.isEmpty() ? tr("Undone") : undone->words);
        else
            m_desk.notices.tellError(tr("Could not be undone"), undone.error());
    });
}

void ServerLink::retryNow()
{
    m_desk.connection.retryNow();
}

QList<ServerLink::Named> ServerLink::named() const
{
    QList<Named> all;
    for (const Batch &batch : m_desk.mirror.batches())
        all.append({batch.name, u"nav-batches"_s, tr("batch, project %1").arg(batch.project), linkTo(u"batch"_s, batch.id.value)});
    for (const Machine &machine : m_desk.mirror.machines())
        all.append({machine.name, u"nav-machines"_s, tr("machine"), linkTo(u"machine"_s, machine.id.value)});
    for (const Pool &pool : m_desk.mirror.pools())
        all.append({pool.name, u"tag"_s, tr("pool"), ObjectLink{.kind = u"pool"_s, .id = pool.name}});
    return all;
}

QStringList ServerLink::namesOf(FilterField field) const
{
    QStringList names;
    const QString kind = field == FilterField::Machine ? u"machine"_s : field == FilterField::Batch ? u"batch"_s : QString();
    if (kind.isEmpty())
        return names;
    for (const Named &one : named()) {
        if (one.link.kind == kind)
            names.append(one.name);
    }
    return names;
}

} // namespace Drover
