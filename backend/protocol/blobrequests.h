#pragma once

// Files that people hand in, and that attempts leave. Their bytes travel by GET and PUT
// /blob/<hash>, over connections of their own; see link/blobcarrier.h.

#include "backend/protocol/envelope.h"
#include "backend/protocol/task.h"

namespace Drover {

/// How a blob is called in a Transfer: `blob:` and its BLAKE2b-256 in hex.
constexpr QLatin1StringView blobPrefix {"blob:"};

/// 64 lower-case hex digits.
bool isBlobHash(QStringView text);
/// The hash of `blob:<hash>`; empty for any other source.
QString blobHashOf(const QString &source);

/// A path that leads below a folder, and never out of it: relative, without `.`, `..` and control
/// characters, at most 1000 bytes.
bool isPathBelow(const QString &path);

struct BlobTicket
{
    QString ticket;
    std::chrono::milliseconds validFor {0};

    static constexpr auto fields()
    {
        return fieldList(field("ticket", &BlobTicket::ticket, "for Authorization: Bearer"),
                         field("validFor", &BlobTicket::validFor, "ms, and no longer than the connection it was given on"));
    }
    friend bool operator==(const BlobTicket &, const BlobTicket &) = default;
};

struct GetBlobTicket
{
    static constexpr QLatin1StringView method {"blob.ticket"};
    static constexpr std::string_view words
        = "A ticket with which this session transfers files by GET and PUT /blob/<hash>.";
    using Reply = BlobTicket;

    static constexpr auto fields() { return fieldList(); }
    friend bool operator==(const GetBlobTicket &, const GetBlobTicket &) = default;
};

/// What an attempt has left.
struct TaskOutputs
{
    int n = 0; ///< the attempt they are of; 0: none
    bool isResult = false; ///< of the attempt that gave the task's result
    QList<Transfer> files;

    static constexpr auto fields()
    {
        return fieldList(field("n", &TaskOutputs::n, "the attempt they are of; 0: there is none"),
                         field("isResult", &TaskOutputs::isResult, "that attempt gave the task's result"),
                         field("files", &TaskOutputs::files, "source: blob:<hash>"));
    }
    friend bool operator==(const TaskOutputs &, const TaskOutputs &) = default;
};

struct GetTaskOutputs
{
    static constexpr QLatin1StringView method {"task.outputs"};
    static constexpr std::string_view words
        = "The files that a task has left; they are read by GET /blob/<hash>?task=<id>.";
    using Reply = TaskOutputs;
    TaskId task;
    int n = 0;

    static constexpr auto fields()
    {
        return fieldList(field("task", &GetTaskOutputs::task),
                         field("n", &GetTaskOutputs::n, "attempt; 0: the one that gave the result"));
    }
    friend bool operator==(const GetTaskOutputs &, const GetTaskOutputs &) = default;
};

} // namespace Drover
