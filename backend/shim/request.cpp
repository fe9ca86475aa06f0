#include "backend/shim/request.h"

#include <cstring>

namespace Drover {

namespace {

// More than execve() takes by default: each costs at least 10 of its 2 MiB.
constexpr size_t maxTexts = 200'000;
char *texts[maxTexts + 4];

/// Hands out one field after the other, and nothing beyond the payload.
class FieldReader
{
public:
    FieldReader(char *payload, size_t length) : m_at(payload), m_left(length) { }

    bool atEnd() const { return m_left == 0; }

    bool next(FieldHead &head, char *&data)
    {
        if (m_left < sizeof head)
            return false;
        memcpy(&head, m_at, sizeof head);
        if (head.length > m_left - sizeof head)
            return false;
        data = m_at + sizeof head;
        m_at += sizeof head + head.length;
        m_left -= sizeof head + head.length;
        return true;
    }

private:
    char *m_at;
    size_t m_left;
};

bool isText(const char *data, size_t length)
{
    return length > 0 && memchr(data, 0, length) == data + length - 1;
}

bool isAbsolute(const char *path)
{
    return path[0] == '/';
}

bool isWithin(int64_t value, int64_t low, int64_t high)
{
    return value >= low && value <= high;
}

const char *checkNumbers(const StartNumbers &numbers)
{
    if (numbers.task <= 0 || numbers.attempt <= 0)
        return "task and attempt are counted from 1";
    if (!isWithin(numbers.runTimeoutMs, 0, maxDurationMs)
        || !isWithin(numbers.killGraceMs, 0, maxDurationMs)
        || !isWithin(numbers.leaseMs, 0, maxDurationMs))
        return "a duration is negative or beyond ten years";
    if (numbers.uid < -1 || numbers.gid < -1 || (numbers.uid >= 0 && numbers.gid < 0))
        return "a user needs a group, and both a number";
    if (!isWithin(numbers.oomScoreAdj, -1000, 1000) || !isWithin(numbers.nice, -40, 40))
        return "oomScoreAdj or nice out of range";
    if (numbers.merged > 1 || uint32_t(numbers.overCap) > uint32_t(RunOverCap::Fail))
        return "merged or overCap out of range";
    if (numbers.cpuWeight > 10'000 || numbers.cpuPeriodUs < 1'000
        || numbers.cpuPeriodUs > 1'000'000)
        return "cpuWeight or cpuPeriodUs out of range";
    return nullptr;
}

const char *checkWhole(const Request &request)
{
    const StartNumbers &numbers = request.numbers;
    if (!request.runFolder || !isAbsolute(request.runFolder) || !isAbsolute(request.workFolder)
        || (request.spareFolder && !isAbsolute(request.spareFolder)))
        return "folders are absolute paths";
    if (!request.arguments[0] || !request.arguments[0][0])
        return "no command";
    if (bool(request.fenceFile) != (numbers.leaseMs > 0))
        return "a fence needs a file and a lease";
    if (request.fenceFile && numbers.killGraceMs >= numbers.leaseMs)
        return "the lease is no longer than the kill grace";
    for (const char *parent : request.cgroupParents) {
        // The record has 255 bytes for the leaf: "/t-" and two numbers come on top.
        if (parent && (!isAbsolute(parent) || strlen(parent) > 200))
            return "a cgroup's folder is an absolute path of at most 200 bytes";
    }
    const auto has = [&](CgroupKind kind) { return request.cgroupParents[kind] != nullptr; };
    if (numbers.memoryMax && !has(CgroupV2) && !has(CgroupMemory))
        return "a limit of memory without a cgroup to hold it";
    if ((numbers.cpuWeight || numbers.cpuQuotaUs) && !has(CgroupV2) && !has(CgroupCpu))
        return "a limit of CPU without a cgroup to hold it";
    return nullptr;
}

/// Where the single texts of a start go; null: not one of them.
const char **placeOf(StartField field, Request &request)
{
    switch (field) {
    case StartField::RunFolder:
        return &request.runFolder;
    case StartField::WorkFolder:
        return &request.workFolder;
    case StartField::OutFile:
        return &request.outFile;
    case StartField::ErrFile:
        return &request.errFile;
    case StartField::FenceFile:
        return &request.fenceFile;
    case StartField::SpareFolder:
        return &request.spareFolder;
    case StartField::CgroupV2:
        return &request.cgroupParents[CgroupV2];
    case StartField::CgroupMemory:
        return &request.cgroupParents[CgroupMemory];
    case StartField::CgroupCpu:
        return &request.cgroupParents[CgroupCpu];
    case StartField::CgroupCpuacct:
        return &request.cgroupParents[CgroupCpuacct];
    case StartField::CgroupFreezer:
        return &request.cgroupParents[CgroupFreezer];
    case StartField::CgroupPids:
        return &request.cgroupParents[CgroupPids];
    default:
        return nullptr;
    }
}

/// The lists, in a second pass that knows how many there are. The first pass has checked every
/// field.
void collectLists(char *payload, size_t length, size_t argumentCount, Request &request)
{
    char **argument = request.arguments = texts + 1;
    char **entry = request.environment = request.arguments + argumentCount + 1;
    FieldReader fields(payload, length);
    FieldHead head;
    char *data = nullptr;
    while (fields.next(head, data)) {
        if (StartField(head.tag) == StartField::Argument)
            *argument++ = data;
        else if (StartField(head.tag) == StartField::Environment)
            *entry++ = data;
    }
    *argument = nullptr;
    *entry = nullptr;
}

} // namespace

const char *parseStart(char *payload, size_t length, Request &request)
{
    request = Request();
    FieldReader fields(payload, length);
    FieldHead head;
    char *data = nullptr;
    uint32_t seen = 0;
    size_t arguments = 0;
    size_t entries = 0;
    while (!fields.atEnd()) {
        if (!fields.next(head, data))
            return "a field reaches beyond the frame";
        const auto field = StartField(head.tag);
        if (field == StartField::Argument || field == StartField::Environment) {
            if (!isText(data, head.length))
                return "an argument or variable is no text";
            ++(field == StartField::Argument ? arguments : entries);
            continue;
        }
        if (head.tag == 0 || head.tag >= 32 || seen & 1U << head.tag)
            return "a field is unknown or doubled";
        seen |= 1U << head.tag;
        if (field == StartField::Numbers) {
            if (head.length != sizeof request.numbers)
                return "the numbers are of another size";
            memcpy(&request.numbers, data, sizeof request.numbers);
            if (const char *wrong = checkNumbers(request.numbers))
                return wrong;
            continue;
        }
        const char **place = placeOf(field, request);
        if (!place)
            return "a field is unknown or doubled";
        if (!isText(data, head.length))
            return "a path is no text";
        *place = data;
    }
    if (!(seen & 1U << uint32_t(StartField::Numbers)))
        return "the numbers are missing";
    if (arguments + entries > maxTexts)
        return "too many arguments and variables";
    collectLists(payload, length, arguments, request);
    return checkWhole(request);
}

} // namespace Drover
