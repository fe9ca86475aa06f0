#pragma once

#include "backend/base/result.h"

#include <QtCore/QByteArray>

#include <memory>
#include <optional>

namespace Drover {

/// What is looked for in outputs: plain words or a regular expression (PCRE2, as the console's own),
/// over bytes that are mostly UTF-8. `.` stops at a line's end, `^` and `$` stand at each. Bounded:
/// 1,000 characters, and a search that takes too many steps fails with a remedy. One thread.
class OutputPattern
{
public:
    enum class Kind { Words, Expression };
    enum class Case { Ignored, Counts };

    /// Invalid, with what is wrong and where.
    static Result<OutputPattern> compile(const QString &text, Kind kind, Case letters);

    OutputPattern(OutputPattern &&) noexcept;
    OutputPattern &operator=(OutputPattern &&) noexcept;
    ~OutputPattern();

    struct Match
    {
        qsizetype offset = 0;
        qsizetype size = 0;
    };
    /// The first match at or after `from`; what stands before it counts for `^` and `\b`.
    Result<std::optional<Match>> find(QByteArrayView bytes, qsizetype from) const;

private:
    struct Compiled;
    explicit OutputPattern(std::unique_ptr<Compiled> compiled);

    std::unique_ptr<Compiled> m_compiled;
};

} // namespace Drover
