#pragma once

// Failures of a batch, grouped by what caused them.

#include "backend/protocol/envelope.h"
#include "backend/protocol/task.h"

namespace Drover {

/// What some of the failures of one cause have in common: a machine, a value of a label, a step.
struct SharedTrait
{
    QString name; ///< machine, step, or label.KEY
    QString value;
    qint64 failed = 0; ///< of this cause with that value
    qint64 others = 0; ///< tasks of the batch with that value that did not fail so

    static constexpr auto fields()
    {
        return fieldList(
            field("name", &SharedTrait::name, "machine, step, or label.KEY"),
            field("value", &SharedTrait::value),
            field("failed", &SharedTrait::failed, "of this cause"),
            field("others", &SharedTrait::others, "with that value that did not fail so"));
    }
    friend bool operator==(const SharedTrait &, const SharedTrait &) = default;
};

/// Failures that look alike: same end reason and exit, and the same last line but for numbers,
/// paths and quoted text.
struct Cause
{
    quint64 key = 0;
    EndReason reason = EndReason::None;
    std::optional<int> exitCode;
    int signal = 0;
    QString lastLine; ///< of the first example
    qint64 count = 0;
    Instant first;
    Instant last;
    QList<TaskId> examples; ///< up to five, the newest first
    QList<SharedTrait> shared; ///< what all of them have and others have not, the rarest first

    static constexpr auto fields()
    {
        return fieldList(field("key", &Cause::key, "cause = KEY finds them all"),
                         field("reason", &Cause::reason), field("exitCode", &Cause::exitCode),
                         field("signal", &Cause::signal), field("lastLine", &Cause::lastLine),
                         field("count", &Cause::count), field("first", &Cause::first),
                         field("last", &Cause::last), field("examples", &Cause::examples),
                         field("shared", &Cause::shared, "what they have in common"));
    }
    friend bool operator==(const Cause &, const Cause &) = default;
};

struct CauseList
{
    qint64 failed = 0;
    qint64 total = 0;
    QList<Cause> causes; ///< the most frequent first

    static constexpr auto fields()
    {
        return fieldList(field("failed", &CauseList::failed, "tasks of the batch"),
                         field("total", &CauseList::total), field("causes", &CauseList::causes));
    }
    friend bool operator==(const CauseList &, const CauseList &) = default;
};

struct ListCauses
{
    static constexpr QLatin1StringView method{"batch.causes"};
    static constexpr std::string_view words
        = "Failures of a batch by cause, with what those of a cause have in common.";
    using Reply = CauseList;
    BatchId batch;
    int limit = 20;

    static constexpr auto fields()
    {
        return fieldList(field("batch", &ListCauses::batch),
                         field("limit", &ListCauses::limit, "1 to 200"));
    }
    friend bool operator==(const ListCauses &, const ListCauses &) = default;
};

} // namespace Drover
