#pragma once

#include <QtCore/QList>
#include <QtCore/QString>

namespace Drover {

/// What went wrong, as a program needs to know it. On the wire as `data.code` by its name in
/// error.cpp: add at the end, never rename.
enum class ErrorCode {
    Internal, ///< a defect of ours
    Invalid, ///< the request, file or form is wrong; `problems` says where
    UnsupportedField, ///< a field this version does not know, or does not carry out yet
    NotSignedIn,
    NotPermitted,
    NotFound,
    Conflict, ///< right in itself, but not in the present state
    Busy, ///< try again after `retryAfterMs`
    StorageUnavailable, ///< may have happened: retry with the same idempotency key
    TooLarge,
    LimitReached,
    TimedOut,
    Unreachable, ///< the other side does not answer
    Untrusted, ///< the other side's key is not the one we pinned
    Protocol, ///< bytes that are not ours
    VersionMismatch,
    WindowGone,
    Interrupted, ///< asked to stop, and did
    Io, ///< file or disk
};

/// One thing wrong in what a person wrote: where, why, and what to do about it.
struct Problem
{
    QString file; ///< empty when there is none
    int line = 0; ///< from 1; 0 when unknown
    QString field; ///< "needs.memory"
    QString reason;
    QString remedy;

    friend bool operator==(const Problem &, const Problem &) = default;
};

/// An ErrorCode and an English message for logs and the command line; crosses the wire as it is.
struct Error
{
    ErrorCode code = ErrorCode::Internal;
    QString message;
    QList<Problem> problems = {};
    int retryAfterMs = 0;

    friend bool operator==(const Error &, const Error &) = default;
};

/// The stable name of a code, `not-found`.
QLatin1StringView errorName(ErrorCode code);

/// The code of that name; Internal for one that a newer program invented.
ErrorCode errorCodeOf(QStringView name);

/// "file:line: field: reason; remedy", without what is empty.
QString printed(const Problem &problem);

/// The message, then each problem on a line of its own.
QString printed(const Error &error);

} // namespace Drover
