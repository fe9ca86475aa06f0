#pragma once

#include "backend/api/blobdesk.h"
#include "backend/api/feed.h"
#include "backend/api/gateway.h"
#include "backend/api/outputdesk.h"
#include "backend/api/rooms.h"
#include "backend/api/sessions.h"
#include "backend/api/windows.h"
#include "backend/daemon/daemonsettings.h"

#include <optional>

namespace Drover {

/// droverd itself: every room, in wiring order, and the threads they live in. This object and the
/// rooms live in the main thread, which is the state thread.
class Daemon : public QObject
{
    Q_OBJECT

public:
    explicit Daemon(DaemonSettings settings, CertificateFolder certificates, QObject *parent = nullptr);
    ~Daemon() override;

    /// Opens the store, reads everything, listens. What fails says what to do about it. Where
    /// another daemon leads the PostgreSQL database it stands by, and takes over when that ends.
    Result<void> start();
    /// No new connections; what is staged becomes durable. Running tasks go on.
    void stop();

    /// Takes over what can be while it runs, and says what needs a restart.
    void reload(const DaemonSettings &settings);

    quint16 port() const { return m_port; }
    /// Makes the invitation of an administrator: for `init`, before the first start.
    Result<QString> inviteAdmin(const QString &user);

signals:
    /// Ready for whoever connects to that port; again after each take-over.
    void listening(quint16 port);
    /// It cannot go on, and says why.
    void gaveUp(const QString &reason);

private:
    void restore(const Snapshot &snapshot);
    Result<void> serve();
    Result<void> listen();
    void standBy(const Error &why);
    void stopListening();
    void onStoreFailed(const Error &error);
    void tryAgain();
    void onMinute();
    void tellManager();
    void renewLeaf();

    DaemonSettings m_settings;
    CertificateFolder m_certificates;
    SystemClock m_clock;
    Store m_store;
    Ledger m_ledger;
    Access m_access;
    BatchBook m_batches;
    TaskQueue m_queue;
    SpecCache m_specs;
    Blobs m_blobs;
    Attempts m_attempts;
    Submissions m_submissions;
    Waits m_waits;
    Fleet m_fleet;
    Dispatcher m_dispatcher;
    Operations m_operations;
    Series m_series;

    QThread m_netThread;
    QThread m_fileThread;
    QThread m_blobThread;
    QThread m_authThread;
    std::unique_ptr<OutputFiles> m_outputs; // file thread
    std::unique_ptr<BlobFiles> m_blobFiles; // blob thread
    std::unique_ptr<QObject> m_auth; // auth thread
    Rooms m_rooms;
    Router m_router;
    std::unique_ptr<Gateway> m_gateway; // net thread
    BlobDoor *m_blobDoor; // net thread; the gateway's
    Sessions m_sessions;
    OutputDesk m_outputDesk;
    BlobDesk m_blobDesk;
    Feed m_feed;
    Windows m_windows;
    QTimer m_minutely;
    QTimer m_again;
    QTimer m_watchdog;
    QTimer m_renewals;
    quint16 m_port = 0; // 0: not listening
    bool m_isOpen = false; // the store was opened once; from then on it opens itself again
    bool m_standsBy = false;
};

} // namespace Drover
