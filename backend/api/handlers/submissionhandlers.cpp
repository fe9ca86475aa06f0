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

// Calls `then` with the states of tasks outside memory that are waited for; nearly always at once.
void withOutsideStates(Rooms &rooms, const Specs &specs,
                       std::function<void(const Result<States> &)> then)
{
    const QList<TaskId> outside = rooms.submissions.outsideNeeds(specs);
    if (outside.isEmpty()) {
        then(States{});
        return;
    }
    rooms.store.ask<States>(
        &rooms.dispatcher, [outside](Database &db) { return statesOf(db, outside); },
        [then = std::move(then)](const Result<States> &states) { then(states); });
}

void submit(Rooms &rooms, const Caller &caller, const PreparedSubmit &prepared,
            const Answer<Submitted> &answer)
{
    if (Result<void> may = rooms.access.may(caller, Level::Operator, prepared.request.project);
        !may) {
        answer(may.error());
        return;
    }
    withOutsideStates(
        rooms, prepared.specs, [&rooms, caller, prepared, answer](const Result<States> &states) {
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
                               submitted->tasks.size());
            answerWhenCommitted(rooms, answer, *submitted);
        });
}

void add(Rooms &rooms, const Caller &caller, const PreparedAdd &prepared,
         const Answer<Done> &answer)
{
    withOutsideStates(
        rooms, prepared.specs, [&rooms, caller, prepared, answer](const Result<States> &states) {
            const Result<void> added = states
                ? rooms.submissions.add(prepared.submission, prepared.specs, caller.name, *states)
                : Result<void>(states.error());
            if (added)
                answerWhenCommitted(rooms, answer, Done{});
            else
                answer(added.error());
        });
}

} // namespace

void handleSubmissions(Router &router, Rooms &rooms)
{
    constexpr MethodRules rules{.who = Who::Operator, .refusedWhenBusy = true};
    router.handlePrepared<Submit, PreparedSubmit>(
        rules, prepareSubmit,
        [&rooms](const Caller &caller, PreparedSubmit &prepared, const Answer<Submitted> &answer) {
            submit(rooms, caller, prepared, answer);
        });
    router.handle<BeginSubmission>(
        rules,
        [&rooms](const Caller &caller, const BeginSubmission &request,
                 const Answer<SubmissionOpened> &answer) {
            if (Result<void> may = rooms.access.may(caller, Level::Operator, request.project);
                !may) {
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
        [&rooms](const Caller &caller, PreparedAdd &prepared, const Answer<Done> &answer) {
            add(rooms, caller, prepared, answer);
        });
    router.handle<CommitSubmission>(
        {.who = Who::Operator},
        [&rooms](const Caller &caller, const CommitSubmission &request,
                 const Answer<Submitted> &answer) {
            const Result<Submitted> submitted
                = rooms.submissions.commit(request.submission, caller.name);
            if (!submitted) {
                answer(submitted.error());
                return;
            }
            rooms.access.audit(caller, u"task.submit"_s, submitted->batchName, u"done"_s,
                               submitted->tasks.size());
            answerWhenCommitted(rooms, answer, *submitted);
        });
}

} // namespace Drover
