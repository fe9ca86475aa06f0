#include "backend/shim/runfolder.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <unistd.h>

namespace Drover {

namespace {

/// Writes the fields of a start; remembers whether one of them cannot be sent.
class StartWriter
{
public:
    StartWriter() { m_bytes.resize(sizeof(FrameHead)); }

    void add(StartField field, const void *data, size_t size)
    {
        const FieldHead head{.tag = uint32_t(field), .length = uint32_t(size)};
        m_bytes.append(reinterpret_cast<const char *>(&head), sizeof head);
        m_bytes.append(static_cast<const char *>(data), size);
    }

    void addText(StartField field, const std::string &text)
    {
        m_good = m_good && text.size() < maxFrame && text.find('\0') == std::string::npos;
        if (m_good)
            add(field, text.c_str(), text.size() + 1);
    }

    void addTextUnlessEmpty(StartField field, const std::string &text)
    {
        if (!text.empty())
            addText(field, text);
    }

    std::string frame()
    {
        const FrameHead head{.magic = startMagic,
                             .length = uint32_t(m_bytes.size() - sizeof(FrameHead))};
        if (!m_good || m_bytes.size() - sizeof head > maxFrame)
            return {};
        memcpy(m_bytes.data(), &head, sizeof head);
        return std::move(m_bytes);
    }

private:
    std::string m_bytes;
    bool m_good = true;
};

} // namespace

std::string encodeStart(const ShimStart &start)
{
    StartWriter writer;
    writer.add(StartField::Numbers, &start.numbers, sizeof start.numbers);
    writer.addText(StartField::RunFolder, start.runFolder);
    writer.addTextUnlessEmpty(StartField::WorkFolder, start.workFolder);
    for (const std::string &argument : start.arguments)
        writer.addText(StartField::Argument, argument);
    for (const std::string &entry : start.environment)
        writer.addText(StartField::Environment, entry);
    writer.addTextUnlessEmpty(StartField::OutFile, start.outFile);
    writer.addTextUnlessEmpty(StartField::ErrFile, start.errFile);
    writer.addTextUnlessEmpty(StartField::FenceFile, start.fenceFile);
    writer.addTextUnlessEmpty(StartField::SpareFolder, start.spareFolder);
    writer.addTextUnlessEmpty(StartField::CgroupV2, start.cgroups.v2);
    writer.addTextUnlessEmpty(StartField::CgroupMemory, start.cgroups.memory);
    writer.addTextUnlessEmpty(StartField::CgroupCpu, start.cgroups.cpu);
    writer.addTextUnlessEmpty(StartField::CgroupCpuacct, start.cgroups.cpuacct);
    writer.addTextUnlessEmpty(StartField::CgroupFreezer, start.cgroups.freezer);
    writer.addTextUnlessEmpty(StartField::CgroupPids, start.cgroups.pids);
    return writer.frame();
}

const char *refusedName(RefusedFor reason)
{
    switch (reason) {
    case RefusedFor::None:
        return "none";
    case RefusedFor::BadFrame:
        return "bad-frame";
    case RefusedFor::BadRequest:
        return "bad-request";
    case RefusedFor::AlreadyClaimed:
        return "already-claimed";
    case RefusedFor::NoRunFolder:
        return "no-run-folder";
    case RefusedFor::NoFork:
        return "no-fork";
    }
    return "unknown";
}

void ShimAnswers::append(const char *data, size_t size)
{
    m_bytes.erase(0, m_read);
    m_read = 0;
    if (!m_broken)
        m_bytes.append(data, size);
}

std::optional<ShimAnswer> ShimAnswers::next()
{
    while (!m_broken && m_bytes.size() - m_read >= sizeof(FrameHead)) {
        FrameHead head;
        memcpy(&head, m_bytes.data() + m_read, sizeof head);
        // An answer is one atomic write of a pipe: a longer one is none of ours.
        if (head.magic != answerMagic || head.length > 4096) {
            m_broken = true;
            break;
        }
        if (m_bytes.size() - m_read < sizeof head + head.length)
            break;
        ShimAnswer answer;
        memcpy(static_cast<void *>(&answer), m_bytes.data() + m_read + sizeof head,
               std::min<size_t>(head.length, sizeof answer));
        m_read += sizeof head + head.length;
        if (answer.kind >= AnswerKind::Hello && answer.kind <= AnswerKind::Lost)
            return answer;
    }
    return std::nullopt;
}

int openControlSocket()
{
    const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    // An address of the kernel's choice: without one nobody could answer.
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    if (bind(fd, reinterpret_cast<sockaddr *>(&address), sizeof address.sun_family) == 0)
        return fd;
    const int error = errno;
    close(fd);
    errno = error;
    return -1;
}

int sendControl(int socket, const RunRecord &record, ControlMessage message)
{
    message.task = record.task;
    message.attempt = record.attempt;
    message.reason[sizeof message.reason - 1] = 0;
    sockaddr_un address;
    const socklen_t length = controlAddress(record.controlToken, address);
    const ssize_t sent = sendto(socket, &message, sizeof message, MSG_DONTWAIT | MSG_NOSIGNAL,
                                reinterpret_cast<sockaddr *>(&address), length);
    return sent == ssize_t(sizeof message) ? 0 : errno;
}

std::optional<ControlReply> receiveControl(int socket)
{
    const ControlReply blank;
    ControlReply reply;
    for (;;) {
        const ssize_t count = recv(socket, &reply, sizeof reply, MSG_DONTWAIT);
        if (count < 0)
            return std::nullopt;
        // A reply of another version may be shorter or longer; what it must have is its head.
        if (count < ssize_t(offsetof(ControlReply, record)) || reply.magic != blank.magic)
            continue;
        if (count < ssize_t(sizeof reply))
            memset(reinterpret_cast<char *>(&reply) + count, 0, sizeof reply - size_t(count));
        return reply;
    }
}

} // namespace Drover
