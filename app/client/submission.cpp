#include "app/client/submission.h"

#include "backend/protocol/submissionrequests.h"
#include "backend/tls/secret.h"

#include <QtCore/QRegularExpression>
#include <QtCore/QSet>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr qsizetype tasksOfSlice = 1000;
constexpr qint64 bytesOfSlice = 1024 * 1024;
constexpr int mostRounds = 10;

bool isNumber(const QString &word)
{
    bool ok = false;
    word.toLongLong(&ok);
    return ok;
}

} // namespace

Submission::Submission(Client &client, Submit request, QObject *parent)
    : QObject(parent)
    , m_client(client)
    , m_request(std::move(request))
{
    if (m_request.key.isEmpty())
        m_request.key = randomSecret();
}

void Submission::start(Handler handler)
{
    m_handler = std::move(handler);
    slice();
    if (m_request.dryRun && isLarge())
        return checkNext(0);
    if (isLarge())
        return begin();
    m_client.send(m_request, this,
                  [this](const Result<Submitted> &submitted) { finish(submitted); });
}

void Submission::slice()
{
    qint64 bytes = 0;
    qint64 all = 0;
    qsizetype count = 0;
    QSet<QString> names;
    bool waitsOutside = false;
    m_starts = {0};
    for (qsizetype i = 0; i < m_request.tasks.size(); ++i) {
        const TaskSpec &task = m_request.tasks.at(i);
        const qint64 size = encode(task).size();
        if (count == tasksOfSlice || (count > 0 && bytes + size > bytesOfSlice)) {
            m_starts.append(i);
            bytes = 0;
            count = 0;
        }
        bytes += size;
        all += size;
        ++count;
        names << task.name << task.step;
        const auto outside
            = [&](const QString &word) { return isNumber(word) && !names.contains(word); };
        waitsOutside = waitsOutside || std::ranges::any_of(task.after, outside);
    }
    if (m_request.tasks.size() <= mostTasksAtOnce && all <= mostBytesAtOnce)
        m_starts = {0};
    // The daemon looks up tasks outside before it takes a slice; the next one could overtake it.
    if (waitsOutside)
        m_window = 1;
}

QList<TaskSpec> Submission::tasksOf(qsizetype slice) const
{
    const qsizetype first = m_starts.at(slice);
    const qsizetype end
        = slice + 1 < m_starts.size() ? m_starts.at(slice + 1) : m_request.tasks.size();
    return m_request.tasks.sliced(first, end - first);
}

void Submission::begin()
{
    ++m_round;
    m_next = 0;
    m_underWay = 0;
    m_taken = 0;
    const BeginSubmission request{
        .key = m_request.key, .project = m_request.project, .batch = m_request.batch};
    m_client.send(request, this,
                  [this](const Result<SubmissionOpened> &opened) { onBegun(opened); });
}

void Submission::onBegun(const Result<SubmissionOpened> &opened)
{
    if (!opened)
        return finish(opened.error());
    if (opened->result) // an earlier round was committed, and only its answer was lost
        return finish(*opened->result);
    m_submission = opened->submission;
    addNext();
}

void Submission::addNext()
{
    while (m_next < m_starts.size() && m_underWay < m_window) {
        const AddToSubmission request{.submission = m_submission, .tasks = tasksOf(m_next)};
        m_client.send(request, this,
                      [this, round = m_round, slice = m_next](const Result<Done> &done) {
                          onAdded(round, slice, done);
                      });
        ++m_next;
        ++m_underWay;
    }
    if (m_underWay > 0)
        return;
    m_client.send(CommitSubmission{.submission = m_submission}, this,
                  [this](const Result<Submitted> &submitted) { onCommitted(submitted); });
}

void Submission::onAdded(int round, qsizetype slice, const Result<Done> &done)
{
    if (round != m_round || !m_handler)
        return;
    if (!done)
        return restart(placed(done.error(), slice));
    --m_underWay;
    m_taken += tasksOf(slice).size();
    emit progressed(m_taken, m_request.tasks.size());
    addNext();
}

void Submission::onCommitted(const Result<Submitted> &submitted)
{
    if (submitted)
        finish(submitted);
    else
        restart(submitted.error());
}

// A slice that may have arrived cannot be sent again: the whole begins anew, under its key.
void Submission::restart(const Error &error)
{
    const bool lost = error.code == ErrorCode::Unreachable
        || error.code == ErrorCode::StorageUnavailable || error.code == ErrorCode::TimedOut
        || error.code == ErrorCode::NotFound;
    if (lost && m_round < mostRounds)
        begin();
    else
        finish(error);
}

// A dry run of many: slice by slice, without the names between them, which were settled here.
void Submission::checkNext(qsizetype slice)
{
    if (slice == m_starts.size())
        return finish(Submitted{.batch = {}, .batchName = m_request.batch});
    Submit request{.project = m_request.project,
                   .batch = m_request.batch,
                   .tasks = tasksOf(slice),
                   .dryRun = true};
    for (TaskSpec &task : request.tasks)
        task.after.removeIf([](const QString &word) { return !isNumber(word); });
    m_client.send(request, this, [this, slice](const Result<Submitted> &checked) {
        if (!checked)
            return finish(placed(checked.error(), slice));
        emit progressed(m_starts.at(slice) + tasksOf(slice).size(), m_request.tasks.size());
        checkNext(slice + 1);
    });
}

Error Submission::placed(Error error, qsizetype slice) const
{
    static const QRegularExpression index(u"^tasks\\[(\\d+)\\]"_s);
    for (Problem &problem : error.problems) {
        const auto match = index.match(problem.field);
        if (!match.hasMatch())
            continue;
        const qint64 whole = match.captured(1).toLongLong() + m_starts.at(slice);
        problem.field = u"tasks[%1]"_s.arg(whole) + problem.field.sliced(match.capturedLength());
    }
    return error;
}

void Submission::finish(const Result<Submitted> &result)
{
    if (const Handler handler = std::exchange(m_handler, {}))
        handler(result);
}

} // namespace Drover
