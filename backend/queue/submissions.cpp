#include "backend/queue/submissions.h"

#include "backend/protocol/submissionrequests.h"
#include "backend/queue/speccheck.h"
#include "backend/store/store.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr auto keyKept = 24h;
constexpr auto abandonedAfter = 1h;
constexpr qsizetype mostProblems = 100; // a person fixes these and tries again

QString keyOf(const QString &user, const QString &key)
{
    return user + u'\n' + key;
}

Error refused(QList<Problem> problems)
{
    return {.code = ErrorCode::Invalid,
            .message = u"nothing was queued: %1 problem(s)"_s.arg(problems.size()),
            .problems = std::move(problems)};
}

// A submission's tasks must be able to start one after another: some order without a circle.
bool hasCircle(const QList<QList<TaskId>> &after, TaskId first)
{
    const qsizetype count = after.size();
    std::vector<int> waits(size_t(count), 0);
    std::vector<std::vector<int>> dependents;
    dependents.resize(size_t(count));
    for (qsizetype i = 0; i < count; ++i) {
        for (const TaskId need : after[i]) {
            const qint64 other = need.value - first.value;
            if (other < 0 || other >= count)
                continue;
            ++waits[size_t(i)];
            dependents[size_t(other)].push_back(int(i));
        }
    }
    std::vector<int> free;
    for (qsizetype i = 0; i < count; ++i) {
        if (waits[size_t(i)] == 0)
            free.push_back(int(i));
    }
    qsizetype placed = 0;
    while (!free.empty()) {
        const int next = free.back();
        free.pop_back();
        ++placed;
        for (const int dependent : dependents[size_t(next)]) {
            if (--waits[size_t(dependent)] == 0)
                free.push_back(dependent);
        }
    }
    return placed < count;
}

} // namespace

Result<QList<PreparedSpec>> prepareSpecs(const QList<TaskSpec> &specs, int firstIndex)
{
    QList<PreparedSpec> prepared;
    QList<Problem> problems;
    prepared.reserve(specs.size());
    for (qsizetype i = 0; i < specs.size() && problems.size() < mostProblems; ++i) {
        TaskSpec spec = specs[i];
        if (spec.name.isEmpty())
            spec.name = defaultName(spec);
        const QList<Problem> wrong = checkSpec(spec, {});
        for (Problem problem : wrong) {
            problem.field = u"tasks[%1].%2"_s.arg(firstIndex + i).arg(problem.field);
            problems.append(problem);
        }
        QByteArray bytes = encode(spec);
        prepared.append({std::move(spec), std::move(bytes)});
    }
    if (!problems.isEmpty())
        return refused(problems);
    return prepared;
}

Submissions::Submissions(Store &store, Ledger &ledger, TaskQueue &queue, BatchBook &batches,
                         SpecCache &specs, Blobs &blobs, const Clock &clock)
    : m_store(store), m_ledger(ledger), m_queue(queue), m_batches(batches), m_specs(specs), m_blobs(blobs),
      m_clock(clock)
{
}

void Submissions::restore(const Snapshot &snapshot)
{
    m_open.clear();
    m_byKey.clear();
    for (const StoredSubmission &submission : snapshot.submissions) {
        if (submission.open) {
            m_open.insert(submission.id, {.stored = submission, .batch = {}, .project = {}, .named = {}});
            m_batches.keepLive(submission.batch);
        } else {
            remember(submission);
        }
    }
}

void Submissions::remember(const StoredSubmission &submission)
{
    if (!submission.key.isEmpty())
        m_byKey.insert(keyOf(submission.user, submission.key), submission);
}

QList<qint64> Submissions::open() const
{
    return m_open.keys();
}

Submitted Submissions::resultOf(const StoredSubmission &submission, bool repeated) const
{
    Submitted result {.batch = submission.batch, .batchName = {}, .tasks = {}, .repeated = repeated};
    if (const Batch *batch = m_batches.find(submission.batch))
        result.batchName = batch->name;
    for (qsizetype i = 0; i < submission.first.size(); ++i) {
        for (qint64 n = 0; n < submission.count.value(i); ++n)
            result.tasks.append(TaskId {submission.first[i].value + n});
    }
    return result;
}

std::optional<Submitted> Submissions::repeated(const QString &user, const QString &key) const
{
    const auto known = m_byKey.constFind(keyOf(user, key));
    if (key.isEmpty() || known == m_byKey.cend())
        return std::nullopt;
    return resultOf(*known, true);
}

QList<TaskId> Submissions::outsideNeeds(const QList<PreparedSpec> &specs) const
{
    QSet<TaskId> outside;
    for (const PreparedSpec &prepared : specs) {
        for (const QString &word : prepared.spec.after) {
            bool number = false;
            const TaskId id {word.toLongLong(&number)};
            if (number && !m_queue.find(id))
                outside.insert(id);
        }
    }
    return outside.values();
}

Result<QList<QList<TaskId>>> Submissions::resolve(const QList<PreparedSpec> &specs, TaskId first,
                                                  Named &named, const States &outside) const
{
    for (qsizetype i = 0; i < specs.size(); ++i) {
        const TaskId id {first.value + i};
        named[specs[i].spec.name].append(id);
        if (!specs[i].spec.step.isEmpty() && specs[i].spec.step != specs[i].spec.name)
            named[specs[i].spec.step].append(id);
    }
    QList<QList<TaskId>> after;
    QList<Problem> problems;
    for (qsizetype i = 0; i < specs.size() && problems.size() < mostProblems; ++i) {
        QList<TaskId> &needs = after.emplaceBack();
        for (const QString &word : specs[i].spec.after) {
            const QString where = u"tasks[%1].after"_s.arg(i);
            bool number = false;
            const TaskId id {word.toLongLong(&number)};
            if (const auto tasks = named.constFind(word); tasks != named.cend()) {
                needs += *tasks;
            } else if (!number || (!m_queue.find(id) && !outside.contains(id))) {
                problems.append({{}, 0, where, u"there is no task \"%1\""_s.arg(word.left(80)),
                                 u"name a task or step of this submission, or the id of a task"_s});
            } else if (outside.contains(id) && outside.value(id) != TaskState::Succeeded
                       && specs[i].spec.afterRule == AfterRule::AllSucceeded) {
                problems.append({{}, 0, where, u"task %1 has not succeeded and is over"_s.arg(word),
                                 u"retry it first, or use afterRule all-ended"_s});
            } else {
                needs.append(id);
            }
        }
    }
    if (problems.isEmpty() && hasCircle(after, first)) {
        problems.append({{}, 0, u"after"_s, u"tasks wait for one another in a circle"_s,
                         u"remove one of the waits"_s});
    }
    if (!problems.isEmpty())
        return refused(problems);
    return after;
}

QList<TaskId> Submissions::addTasks(const QList<PreparedSpec> &specs, const QList<QList<TaskId>> &after,
                                    TaskId first, const StoredSubmission &submission, const QString &project,
                                    const QString &batchName, const QString &user)
{
    const Instant now = m_clock.now();
    const QString shareBy = m_batches.find(submission.batch)->shareBy;
    QList<TaskId> ids;
    ids.reserve(specs.size());
    for (qsizetype i = 0; i < specs.size(); ++i) {
        const TaskSpec &spec = specs[i].spec;
        TaskRecord record;
        record.id = TaskId {first.value + i};
        record.batch = submission.batch;
        record.queued = now;
        record.submission = submission.open ? submission.id : 0;
        record.shape = m_queue.shapeOf(spec);
        record.priority = qint8(spec.priority);
        record.flags = qint8((spec.afterRule == AfterRule::AllEnded ? AfterAllEnded : 0)
                             | (spec.afterFailed == AfterFailed::Wait ? AfterFailedWaits : 0));
        record.held = spec.held;
        record.owner = m_queue.word(user);
        if (!shareBy.isEmpty())
            record.share = m_queue.shareOf(spec.labels.value(shareBy));

        NewTask task;
        task.task.id = record.id;
        task.task.project = project;
        task.task.batch = submission.batch;
        task.task.batchName = batchName;
        task.task.name = spec.name;
        task.task.step = spec.step;
        task.task.held = spec.held;
        task.task.priority = spec.priority;
        task.task.owner = user;
        task.task.runAs = spec.runAs;
        task.task.labels = spec.labels;
        task.task.queued = now;
        task.spec = specs[i].bytes;
        task.shape = record.shape;
        task.flags = record.flags;
        task.submission = record.submission;
        task.after = after[i];
        if (m_specs.hasRoom())
            m_specs.insert(record.id, std::make_shared<const TaskSpec>(spec));
        m_blobs.use(record.id, spec);
        m_queue.add(std::move(task), record);
        ids.append(record.id);
    }
    return ids;
}

Result<Submitted> Submissions::submit(const Submit &request, const QList<PreparedSpec> &specs,
                                      const QString &user, const States &outside)
{
    if (specs.isEmpty())
        return fail(ErrorCode::Invalid, u"there is no task in this submission"_s);
    if (const QString problem = request.batch.isEmpty() ? QString() : nameProblem(request.batch); !problem.isEmpty())
        return fail(ErrorCode::Invalid, u"batch: the name "_s + problem);
    // Resolved before anything is changed: nothing is queued unless all of it is good.
    Named named;
    const TaskId tentative {qint64(1) << 53}; // above every id there is
    Result<QList<QList<TaskId>>> after = resolve(specs, tentative, named, outside);
    if (!after)
        return after.error();
    if (request.dryRun)
        return Submitted {.batch = {}, .batchName = request.batch, .tasks = {}};
    const TaskId first {m_ledger.next(u"task"_s, specs.size())};
    for (QList<TaskId> &needs : *after) {
        for (TaskId &need : needs) {
            if (need >= tentative)
                need.value += first.value - tentative.value;
        }
    }
    StoredSubmission submission;
    submission.id = m_ledger.next(u"submission"_s);
    submission.key = request.key;
    submission.user = user;
    submission.at = m_clock.now();
    submission.batch = m_batches.ensure(request.project, request.batch, user, m_clock.now());
    submission.first = {first};
    submission.count = {specs.size()};
    addTasks(specs, *after, first, submission, request.project, m_batches.find(submission.batch)->name, user);
    if (!submission.key.isEmpty())
        m_store.stage().put(submission);
    remember(submission);
    return resultOf(submission, false);
}

Result<SubmissionOpened> Submissions::begin(const BeginSubmission &request, const QString &user)
{
    if (const auto known = repeated(user, request.key))
        return SubmissionOpened {.submission = 0, .repeated = true, .result = known};
    if (const QString problem = request.batch.isEmpty() ? QString() : nameProblem(request.batch); !problem.isEmpty())
        return fail(ErrorCode::Invalid, u"batch: the name "_s + problem);
    Open opened;
    opened.stored.id = m_ledger.next(u"submission"_s);
    opened.stored.key = request.key;
    opened.stored.user = user;
    opened.stored.at = m_clock.now();
    opened.stored.open = true;
    opened.stored.batch = m_batches.ensure(request.project, request.batch, user, m_clock.now());
    m_batches.keepLive(opened.stored.batch);
    opened.batch = m_batches.find(opened.stored.batch)->name;
    opened.project = request.project;
    m_store.stage().put(opened.stored);
    m_open.insert(opened.stored.id, opened);
    return SubmissionOpened {.submission = opened.stored.id, .repeated = false, .result = {}};
}

Result<void> Submissions::add(qint64 submission, const QList<PreparedSpec> &specs, const QString &user,
                              const States &outside)
{
    const auto opened = m_open.find(submission);
    if (opened == m_open.end() || opened->stored.user != user || opened->batch.isEmpty())
        return fail(ErrorCode::NotFound, u"submission %1 is not open; begin it again"_s.arg(submission));
    const TaskId first {m_ledger.next(u"task"_s, specs.size())};
    const Result<QList<QList<TaskId>>> after = resolve(specs, first, opened->named, outside);
    if (!after)
        return after.error();
    addTasks(specs, *after, first, opened->stored, opened->project, opened->batch, user);
    StoredSubmission &stored = opened->stored;
    const bool follows = !stored.first.isEmpty()
        && stored.first.last().value + stored.count.last() == first.value;
    if (follows) {
        stored.count.last() += specs.size();
    } else {
        stored.first.append(first);
        stored.count.append(specs.size());
    }
    m_store.stage().put(stored);
    return {};
}

Result<Submitted> Submissions::commit(qint64 submission, const QString &user)
{
    const auto opened = m_open.find(submission);
    if (opened == m_open.end() || opened->stored.user != user)
        return fail(ErrorCode::NotFound, u"submission %1 is not open; begin it again"_s.arg(submission));
    if (opened->stored.first.isEmpty())
        return fail(ErrorCode::Invalid, u"there is no task in this submission"_s);
    // Its sender may have begun twice, when the answer to its first commit was late.
    if (const auto known = repeated(user, opened->stored.key)) {
        abandon(opened);
        return *known;
    }
    StoredSubmission stored = opened->stored;
    stored.open = false;
    m_store.stage().put(stored);
    remember(stored);
    m_open.erase(opened);
    Submitted result = resultOf(stored, false);
    m_queue.publish(result.tasks);
    m_batches.letEnd(stored.batch);
    return result;
}

QHash<qint64, Submissions::Open>::iterator Submissions::abandon(QHash<qint64, Open>::iterator opened)
{
    m_queue.forget(resultOf(opened->stored, false).tasks);
    m_store.stage().removeSubmission(opened->stored.id);
    m_batches.letEnd(opened->stored.batch);
    return m_open.erase(opened);
}

void Submissions::sweep()
{
    const Instant now = m_clock.now();
    for (auto it = m_open.begin(); it != m_open.end();) {
        if (it->stored.at + abandonedAfter > now) {
            ++it;
            continue;
        }
        it = abandon(it);
    }
    m_byKey.removeIf([&](const auto &each) { return each.value().at + keyKept < now; });
}

} // namespace Drover
