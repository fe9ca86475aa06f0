#include "backend/api/blobdesk.h"
#include "backend/api/handlers/handlers.h"
#include "backend/protocol/submissionrequests.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr qsizetype mostAtOnce = 2000; // more go by begin, add, commit

using Specs = QList<PreparedSpec>;
using States = Submissions::States;

struct PreparedSubmit
{
    Submit request; ///< without its tasks
    Specs specs;
};

struct PreparedAdd
{
    qint64 submission = 0;
    Specs specs;
};

Error tooMany()
{
    return fail(
        ErrorCode::TooLarge,
        u"more than %1 tasks at once; begin a submission, add to it, commit it"_s.arg(mostAtOnce));
}

Result<PreparedSubmit> prepareSubmit(Submit &&request)
{
    if (request.tasks.size() > mostAtOnce)
        return tooMany();
    Result<Specs> specs = prepareSpecs(request.tasks);
    if (!specs)
        return specs.error();
    request.tasks.clear();
    return PreparedSubmit{std::move(request), std::move(*specs)};
}

Result<PreparedAdd> prepareAdd(AddToSubmission &&request)
{
    if (request.tasks.size() > mostAtOnce)
        return tooMany();
    Result<Specs> specs = prepareSpecs(request.tasks);
    if (!specs)
        return specs.error();
    return PreparedAdd{request.submission, std::move(*specs)};
}

Result<void> maySubmit(const Rooms &rooms, const Caller &caller, const QString &project)
{
    if (Result<void> may = rooms.access.may(caller, Verb::Operate, project); !may)
        return may;
    const Result<Project> known = rooms.access.findProject(project);
    return known ? Result<void>() : known.error();
}

// A task that one may not see can be waited for no more than one that is not there.
Result<void> maySeeNeeds(const Rooms &rooms, const Caller &caller, const Specs &specs)
{
    for (const PreparedSpec &prepared : specs) {
        for (const QString &word : prepared.spec.after) {
            const TaskRecord *task = rooms.queue.find(TaskId{word.toLongLong()});
            const Batch *batch = task ? rooms.batches.find(task->batch) : nullptr;
            if (batch && !rooms.access.may(caller, Verb::View, batch->project))
                return fail(ErrorCode::Invalid, u"after: there is no task %1"_s.arg(word.left(40)));
        }
    }
    return {};
}

// Calls `then` with the states of tasks outside memory that are waited for; nearly always at once.
void withOutsideStates(Rooms &rooms, const Caller &caller, const Specs &specs,
                       const std::function<void(const Result<States> &)> &then)
{
    if (const Result<void> may = maySeeNeeds(rooms, caller, specs); !may) {
        then(may.error());
        return;
    }
    const QList<TaskId> outside = rooms.submissions.outsideNeeds(specs);
    if (outside.isEmpty()) {
        then(States{});
        return;
    }
    rooms.store.ask<States>(
        &rooms.dispatcher,
        [outside, scope = scopeOf(rooms, caller)](Database &db) {
            return statesOf(db, outside, scope);
        },
        [then](const Result<States> &states) { then(states); });
}

// Likewise, once it is known that the caller may name the files that they take.
void withEverythingKnown(Rooms &rooms, BlobDesk &blobs, const Caller &caller, const Specs &specs,
                         const std::function<void(const Result<States> &)> &then)
{
    blobs.checkInputs(caller, specs, [&rooms, caller, specs, then](const Result<void> &may) {
        if (may)
            withOutsideStates(rooms, caller, specs, then);
        else
            then(may.error());
    });
}

void submit(Rooms &rooms, BlobDesk &blobs, const Caller &caller, const PreparedSubmit &prepared,
            const Answer<Submitted> &answer)
{
    if (Result<void> may = maySubmit(rooms, caller, prepared.request.project); !may) {
        answer(may.error());
        return;
    }
    withEverythingKnown(
        rooms, blobs, caller, prepared.specs,
        [&rooms, caller, prepared, answer](const Result<States> &states) {
            if (!states) {
                answer(states.error());
                return;
            }
            if (const auto known = rooms.submissions.repeated(caller.name, prepared.request.key)) {
                answerWhenCommitted(rooms, answer,
                                    *known); // its first commit may still be on its way
                return;
            }
            const Result<Submitted> submitted
                = rooms.submissions.submit(prepared.request, prepared.specs, caller.name, *states);
            if (!submitted) {
                answer(submitted.error());
                return;
            }
            if (prepared.request.dryRun) {
                answer(*submitted);
                return;
            }
            rooms.access.audit(caller, u"task.submit"_s, submitted->batchName, u"done"_s,
                               submitted->tasks.size(), prepared.request.project);
            answerWhenCommitted(rooms, answer, *submitted);
        });
}

void add(Rooms &rooms, BlobDesk &blobs, const Caller &caller, const PreparedAdd &prepared,
         const Answer<Done> &answer)
{
    if (const Result<void> may
        = rooms.access.may(caller, Verb::Operate, rooms.submissions.projectOf(prepared.submission));
        !may) {
        answer(may.error());
        return;
    }
    withEverythingKnown(rooms, blobs, caller, prepared.specs,
                      [&rooms, caller, prepared, answer](const Result<States> &states) {
                          const Result<void> added = states
                              ? rooms.submissions.add(prepared.submission, prepared.specs,
                                                      caller.name, *states)
                              : Result<void>(states.error());
                          if (added)
                              answerWhenCommitted(rooms, answer, Done{});
                          else
                              answer(added.error());
                      });
}

} // namespace

void handleSubmissions(Router &router, Rooms &rooms, BlobDesk &blobs)
{
    constexpr MethodRules rules{.who = Who::Operator, .refusedWhenBusy = true};
    router.handlePrepared<Submit, PreparedSubmit>(
        rules, prepareSubmit,
        [&rooms, &blobs](const Caller &caller, PreparedSubmit &prepared, const Answer<Submitted> &answer) {
            submit(rooms, blobs, caller, prepared, answer);
        });
    router.handle<BeginSubmission>(
        rules,
        [&rooms](const Caller &caller, const BeginSubmission &request,
                 const Answer<SubmissionOpened> &answer) {
            if (Result<void> may = maySubmit(rooms, caller, request.project); !may) {
                answer(may.error());
                return;
            }
            const Result<SubmissionOpened> opened = rooms.submissions.begin(request, caller.name);
            if (opened)
                answerWhenCommitted(rooms, answer, *opened);
            else
                answer(opened.error());
        });
    // Not refused when busy: its sender waits for each answer, and the first slice was let in.
    router.handlePrepared<AddToSubmission, PreparedAdd>(
        {.who = Who::Operator}, prepareAdd,
        [&rooms, &blobs](const Caller &caller, PreparedAdd &prepared, const Answer<Done> &answer) {
            add(rooms, blobs, caller, prepared, answer);
        });
    router.handle<CommitSubmission>(
        {.who = Who::Operator},
        [&rooms](const Caller &caller, const CommitSubmission &request,
                 const Answer<Submitted> &answer) {
            const QString project = rooms.submissions.projectOf(request.submission);
            const Result<void> may = rooms.access.may(caller, Verb::Operate, project);
            const Result<Submitted> submitted
                = may ? rooms.submissions.commit(request.submission, caller.name) : may.error();
            if (!submitted) {
                answer(submitted.error());
                return;
            }
            rooms.access.audit(caller, u"task.submit"_s, submitted->batchName, u"done"_s,
                               submitted->tasks.size(), project);
            answerWhenCommitted(rooms, answer, *submitted);
        });
}

} // namespace Drover
