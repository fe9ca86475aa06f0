#include "backend/daemon/unixsignals.h"

#include <QtCore/QSocketNotifier>

#include <csignal>
#include <sys/signalfd.h>
#include <unistd.h>

namespace Drover {

UnixSignals::UnixSignals(QObject *parent) : QObject(parent)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    std::signal(SIGPIPE, SIG_IGN); // a peer that goes away is an error of write(), not our end
    m_fd = ::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    auto *notifier = new QSocketNotifier(m_fd, QSocketNotifier::Read, this);
    connect(notifier, &QSocketNotifier::activated, this, [this] {
        signalfd_siginfo info {};
        while (::read(m_fd, &info, sizeof info) == ssize_t(sizeof info))
            info.ssi_signo == SIGHUP ? emit hungUp() : emit terminated();
    });
}

UnixSignals::~UnixSignals()
{
    ::close(m_fd);
}

} // namespace Drover
