#pragma once

#include "backend/protocol/task.h"

namespace Drover {

/// The last line of a failure with everything taken out that differs between two of a kind:
/// numbers, hexadecimal, paths, quoted text. "cannot open '/a/7.txt'" becomes "cannot open ''".
QString normalisedLine(const QString &line);

/// BLAKE2b-64 of end reason, exit code and normalised last line: failures with the same key have
/// the same cause as far as a program can tell; life.md, Attempt.
quint64 causeKeyOf(EndReason reason, std::optional<int> exitCode, const QString &lastLine);

} // namespace Drover
