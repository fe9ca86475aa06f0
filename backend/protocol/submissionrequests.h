#pragma once

// Handing in tasks: at once, or as begin, add and commit.

#include "backend/protocol/envelope.h"
#include "backend/protocol/task.h"

namespace Drover {

struct Submitted
{
    BatchId batch;
    QString batchName;
    QList<TaskId> tasks;
    bool repeated = false;

    static constexpr auto fields()
    {
        return fieldList(field("batch", &Submitted::batch), field("batchName", &Submitted::batchName),
                          field("tasks", &Submitted::tasks, "ids, in the order they were given"),
                          field("repeated", &Submitted::repeated,
                                "the idempotency key was known: nothing was queued again"));
    }
    friend bool operator==(const Submitted &, const Submitted &) = default;
};

struct Submit
{
    static constexpr QLatin1StringView method {"task.submit"};
    static constexpr std::string_view words
        = "Queues tasks, all of them or none. Over 2,000 tasks or 4 MiB: begin, add, commit.";
    using Reply = Submitted;
    QString key;
    QString project = QStringLiteral("main");
    QString batch;
    QList<TaskSpec> tasks;
    bool dryRun = false;

    static constexpr auto fields()
    {
        return fieldList(field("key", &Submit::key, "idempotency key, kept 24 h"),
                          field("project", &Submit::project),
                          field("batch", &Submit::batch, "name; a live one is appended to; none: default"),
                          field("tasks", &Submit::tasks),
                          field("dryRun", &Submit::dryRun, "checks everything, queues nothing"));
    }
    friend bool operator==(const Submit &, const Submit &) = default;
};

struct SubmissionOpened
{
    qint64 submission = 0;
    bool repeated = false;
    std::optional<Submitted> result;

    static constexpr auto fields()
    {
        return fieldList(field("submission", &SubmissionOpened::submission),
                          field("repeated", &SubmissionOpened::repeated),
                          field("result", &SubmissionOpened::result, "of the submission with this key"));
    }
    friend bool operator==(const SubmissionOpened &, const SubmissionOpened &) = default;
};

struct BeginSubmission
{
    static constexpr QLatin1StringView method {"submission.begin"};
    static constexpr std::string_view words = "Opens a large submission; what is added is stored and not visible before commit.";
    using Reply = SubmissionOpened;
    QString key;
    QString project = QStringLiteral("main");
    QString batch;

    static constexpr auto fields()
    {
        return fieldList(field("key", &BeginSubmission::key), field("project", &BeginSubmission::project),
                          field("batch", &BeginSubmission::batch));
    }
    friend bool operator==(const BeginSubmission &, const BeginSubmission &) = default;
};

struct AddToSubmission
{
    static constexpr QLatin1StringView method {"submission.add"};
    static constexpr std::string_view words = "Adds tasks to an open submission.";
    using Reply = Done;
    qint64 submission = 0;
    QList<TaskSpec> tasks;

    static constexpr auto fields()
    {
        return fieldList(field("submission", &AddToSubmission::submission),
                          field("tasks", &AddToSubmission::tasks));
    }
    friend bool operator==(const AddToSubmission &, const AddToSubmission &) = default;
};

struct CommitSubmission
{
    static constexpr QLatin1StringView method {"submission.commit"};
    static constexpr std::string_view words = "Makes all tasks of an open submission visible at once.";
    using Reply = Submitted;
    qint64 submission = 0;

    static constexpr auto fields()
    {
        return fieldList(field("submission", &CommitSubmission::submission));
    }
    friend bool operator==(const CommitSubmission &, const CommitSubmission &) = default;
};

} // namespace Drover
