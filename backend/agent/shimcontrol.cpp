#include "backend/agent/shimcontrol.h"

#include <QtCore/QSocketNotifier>

#include <cerrno>
#include <unistd.h>

namespace Drover {

ShimControl::ShimControl(QObject *parent) : QObject(parent), m_socket(openControlSocket())
{
    if (m_socket < 0)
        return;
    m_notifier = std::make_unique<QSocketNotifier>(m_socket, QSocketNotifier::Read);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, [this] {
        while (const std::optional<ControlReply> reply = receiveControl(m_socket))
            emit replied(*reply);
    });
}

ShimControl::~ShimControl()
{
    m_notifier.reset();
    if (m_socket >= 0)
        close(m_socket);
}

int ShimControl::send(const RunRecord &record, const ControlMessage &message)
{
    return m_socket < 0 ? EBADF : sendControl(m_socket, record, message);
}

} // namespace Drover
