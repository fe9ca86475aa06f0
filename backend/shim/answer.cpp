#include "backend/shim/answer.h"

#include <cerrno>
#include <climits>
#include <poll.h>
#include <unistd.h>

namespace Drover {

bool sendAnswer(int fd, const AnswerBody &answer, SendMode mode)
{
    struct Frame
    {
        FrameHead head;
        AnswerBody body;
    };
    static_assert(sizeof(Frame) == sizeof(FrameHead) + sizeof(AnswerBody));
    static_assert(sizeof(Frame) <= PIPE_BUF, "only so much is written as one");
    const Frame frame{{.magic = answerMagic, .length = sizeof answer}, answer};
    for (;;) {
        if (write(fd, &frame, sizeof frame) >= 0)
            return true;
        if (errno == EINTR)
            continue;
        if (errno != EAGAIN)
            return true;
        if (mode == SendMode::Try)
            return false;
        pollfd writable{.fd = fd, .events = POLLOUT, .revents = 0};
        poll(&writable, 1, -1);
    }
}

} // namespace Drover
