#include "backend/base/terminal.h"

#include <csignal>
#include <cstdio>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

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

namespace {

// Echo is off as long as this lives.
class SilentTerminal
{
public:
    SilentTerminal()
    {
        m_changed = tcgetattr(STDIN_FILENO, &m_before) == 0;
        termios silent = m_before;
        silent.c_lflag &= tcflag_t(~ECHO);
        m_changed = m_changed && tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
    }
    ~SilentTerminal()
    {
        if (m_changed)
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &m_before);
    }
    SilentTerminal(const SilentTerminal &) = delete;
    SilentTerminal &operator=(const SilentTerminal &) = delete;

private:
    termios m_before {};
    bool m_changed = false;
};

// Byte by byte: what stands behind the line is somebody else's. An end without a line is nothing.
std::optional<QString> lineOfInput()
{
    constexpr int longest = 10'000;
    QByteArray line;
    char c = 0;
    ssize_t got = 0;
    while (line.size() < longest && (got = ::read(STDIN_FILENO, &c, 1)) == 1 && c != '\n')
        line.append(c);
    if (got != 1 && line.isEmpty())
        return std::nullopt;
    return QString::fromUtf8(line);
}

} // namespace

Result<QString> secretFrom(const QString &question)
{
    const bool person = isTerminal(StandardStream::In);
    std::optional<QString> line;
    if (person) {
        std::fprintf(stderr, "%s: ", qPrintable(question));
        const SilentTerminal silent;
        line = lineOfInput();
    } else {
        line = lineOfInput();
    }
    if (person)
        std::fputc('\n', stderr);
    if (!line)
        return fail(ErrorCode::Invalid, u"%1: a line is expected on standard input"_s.arg(question));
    return *line;
}

Result<QString> newSecret(const QString &question)
{
    const Result<QString> first = secretFrom(question);
    if (!first || !isTerminal(StandardStream::In))
        return first;
    const Result<QString> again = secretFrom(u"Once more"_s);
    if (again && *again != *first)
        return fail(ErrorCode::Invalid, u"these were not the same"_s);
    return again;
}

} // namespace Drover
