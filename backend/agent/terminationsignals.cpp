#include "backend/agent/terminationsignals.h"

#include <csignal>
#include <sys/signalfd.h>
#include <unistd.h>

namespace Drover {

TerminationSignals::TerminationSignals(QObject *parent) : QObject(parent)
{
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP})
        sigaddset(&set, signal);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    m_file = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    m_notifier = std::make_unique<QSocketNotifier>(m_file, QSocketNotifier::Read);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, [this] {
        signalfd_siginfo info;
        while (read(m_file, &info, sizeof info) == ssize_t(sizeof info))
            emit received(int(info.ssi_signo));
    });
}

TerminationSignals::~TerminationSignals()
{
    m_notifier.reset();
    close(m_file);
}

} // namespace Drover
