#pragma once

#include "backend/shim/runfolder.h"

#include <QtCore/QObject>

#include <memory>

QT_FORWARD_DECLARE_CLASS(QSocketNotifier)

namespace Drover {

/// The one socket on which the agent speaks to all shims. Lives in the main thread; never waits.
class ShimControl : public QObject
{
    Q_OBJECT

public:
    explicit ShimControl(QObject *parent = nullptr);
    ~ShimControl() override;

    /// 0, or errno as of sendControl(): ECONNREFUSED when that shim is gone.
    int send(const RunRecord &record, const ControlMessage &message);

signals:
    void replied(const Drover::ControlReply &reply);

private:
    int m_socket = -1;
    std::unique_ptr<QSocketNotifier> m_notifier;
};

} // namespace Drover
