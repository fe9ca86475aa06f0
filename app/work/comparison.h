#pragma once

#include "backend/protocol/task.h"

#include <optional>

namespace Drover {

/// One attempt with what it ran, as far as it is known.
struct ComparedAttempt
{
    Task task;
    TaskSpec spec;
    Attempt attempt;
};

/// One line of two attempts side by side.
struct ComparedValue
{
    QString what; ///< "machine", "environment.THREADS"
    QString left;
    QString right;

    bool differs() const { return left != right; }
    friend bool operator==(const ComparedValue &, const ComparedValue &) = default;
};

/// How they ended, where and how long they ran, what they used, what they were told: everything
/// that either has, in this order. Values are printed as people read them.
QList<ComparedValue> compared(const ComparedAttempt &left, const ComparedAttempt &right);

/// "succeeded", "failed: exit 3", "running": how an attempt stands, in a few words.
QString printedEnd(const Attempt &attempt);

/// "exit 3", "signal 9", "timed out", empty when there is nothing bad to say.
QString printedReason(EndReason reason, std::optional<int> exitCode, int signal);

} // namespace Drover
