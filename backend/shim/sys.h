#pragma once

/// The few helpers that every file of the room uses. None allocates: a shim lives in the memory it
/// was forked with.

#include <cstdint>
#include <cstring>
#include <ctime>
#include <sys/types.h>

namespace Drover {

uint64_t clockNs(clockid_t clock);
int64_t realtimeUs();

constexpr uint64_t nsPerMs = 1'000'000;
constexpr uint64_t nsPerSecond = 1'000'000'000;
constexpr uint64_t never = UINT64_MAX; ///< As an instant: this timer is not set

/// A small file whole, cut at size − 1 and closed with a NUL. Bytes read, or -1 and errno.
ssize_t readText(const char *path, char *buffer, size_t size);

/// Into a file that exists. 0 or errno.
int writeText(const char *path, const char *text);

/// Field 22 of /proc/pid/stat, in clock ticks, of a process that was forked between these two
/// CLOCK_BOOTTIME instants. Nearly always both lie in one tick, and /proc (8 µs) is not asked.
uint64_t startTicks(pid_t pid, uint64_t bootNsBefore, uint64_t bootNsAfter);

/// What /proc/pid/stat says of a process; state 0: no such process.
struct ProcessState
{
    char state = 0;
    pid_t parent = 0;
    pid_t group = 0;
    uint64_t start = 0;
};
ProcessState processState(pid_t pid);

/// A text put together in place; what does not fit is cut.
template <size_t Size> class ShortText
{
public:
    ShortText &operator<<(const char *text)
    {
        while (*text && m_length + 1 < Size)
            m_text[m_length++] = *text++;
        m_text[m_length] = 0;
        return *this;
    }
    ShortText &operator<<(uint64_t number)
    {
        char digits[24];
        char *at = digits + sizeof digits;
        *--at = 0;
        do
            *--at = char('0' + number % 10);
        while (number /= 10);
        return *this << at;
    }
    const char *text() const { return m_text; }
    bool isCut() const { return m_length + 1 == Size; }

private:
    size_t m_length = 0;
    char m_text[Size] = {};
};

} // namespace Drover
