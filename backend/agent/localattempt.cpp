#include "backend/agent/localattempt.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace Drover {

std::unique_ptr<ProcessWatch> ProcessWatch::of(pid_t pid, uint64_t start)
{
    const int file = int(syscall(SYS_pidfd_open, pid, 0)); // close-on-exec by itself
    if (file < 0)
        return nullptr;
    if (isAlive(pid, start)) // asked now, the file cannot be of one who took the pid over
        return std::unique_ptr<ProcessWatch>(new ProcessWatch(file));
    close(file);
    return nullptr;
}

ProcessWatch::~ProcessWatch()
{
    m_notifier.setEnabled(false);
    close(m_file);
}

} // namespace Drover
