#pragma once

#include "backend/access/access.h"
#include "backend/dispatch/dispatcher.h"
#include "backend/operations/operations.h"
#include "backend/queue/submissions.h"
#include "backend/queue/waits.h"
#include "backend/series/series.h"
#include "backend/store/store.h"
#include "backend/settings/settings.h"
#include "backend/tls/certificatefolder.h"

#include <QtCore/QThread>

namespace Drover {

class OutputFiles;

/// What the handlers work on; every room belongs to the daemon, which wires them. State thread.
struct Rooms
{
    const Clock &clock;
    Store &store;
    Ledger &ledger;
    Access &access;
    BatchBook &batches;
    TaskQueue &queue;
    Attempts &attempts;
    SpecCache &specs;
    Blobs &blobs;
    Submissions &submissions;
    Waits &waits;
    Fleet &fleet;
    Dispatcher &dispatcher;
    Operations &operations;
    Series &series;
    CertificateFolder &certificates;
    OutputFiles &outputs; ///< lives in the file thread: only by queued calls
    QObject &authThread; ///< an object of the auth thread, to run things there
    QStringList addresses; ///< host:port under which we are reached, for invitations
    QString dataDirectory;
    QString database; ///< in words
    Instant started;
    const Settings &settings; ///< as they are now: a reload changes them
};

} // namespace Drover
