#include "backend/api/history.h"

#include "backend/api/sessions.h"
#include "backend/base/logging.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

// A revision further ahead than any backup could be behind is a mistake of whoever names it.
constexpr qint64 mostAhead = qint64(1) << 32;

} // namespace

bool beginEpochWhenSetBack(Rooms &rooms, Sessions &sessions, const Caller &caller, qint64 epoch,
                           qint64 revision)
{
    const qint64 ahead = revision - rooms.store.committedRevision();
    if (epoch != rooms.ledger.epoch() || ahead <= 0 || ahead > mostAhead)
        return false;
    const QString who = caller.machine ? u"machine %1"_s.arg(caller.machine.value) : caller.name;
    logWarning(LogCategory::Store, u"this database was set back; a new epoch begins",
               {{"who-knows-more"_L1, who}, {"revisions"_L1, QString::number(ahead)}});
    rooms.ledger.beginEpoch();
    rooms.access.audit(caller, u"daemon.epoch"_s, who, u"done"_s);
    rooms.store.stage().whenCommitted([&sessions](const Result<void> &done) {
        if (done)
            sessions.closeAll(u"this database was set back, and a new epoch has begun; say hello again"_s);
    });
    return true;
}

} // namespace Drover
