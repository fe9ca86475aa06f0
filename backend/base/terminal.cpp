#include "backend/base/terminal.h"

#include <csignal>
#include <sys/ioctl.h>
#include <unistd.h>

namespace Drover {

namespace {

int descriptorOf(StandardStream stream)
{
    switch (stream) {
    case StandardStream::In:
        return STDIN_FILENO;
    case StandardStream::Out:
        return STDOUT_FILENO;
    case StandardStream::Error:
        return STDERR_FILENO;
    }
    return -1;
}

// Nothing but what a signal handler may call.
extern "C" void leave(int)
{
    if (isatty(STDERR_FILENO) && write(STDERR_FILENO, "\n", 1) < 0)
        _exit(130);
    _exit(130);
}

} // namespace

bool isTerminal(StandardStream stream)
{
    return isatty(descriptorOf(stream)) == 1;
}

int terminalWidth()
{
    winsize size{};
    if (!isTerminal(StandardStream::Out) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
        return 0;
    return size.ws_col;
}

void leaveOnInterrupt()
{
    struct sigaction action
    {
    };
    action.sa_handler = leave;
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

} // namespace Drover
