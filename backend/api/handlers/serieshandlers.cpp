#include "backend/api/handlers/handlers.h"
#include "backend/protocol/seriesrequests.h"
#include "backend/store/batchqueries.h"
#include "backend/store/seriesstore.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr auto fineStep = 10s;
constexpr auto coarseStep = 5min;
constexpr auto fineKept = 24h;
constexpr auto inMemory = 10min;
constexpr auto rowSpan = 15min; // no row holds points of more

struct Span
{
    Instant from;
    Instant to;
};

Result<Span> spanOf(Instant from, Instant to, int points, Instant now, std::chrono::seconds otherwise)
{
    const Span span {.from = isSet(from) ? from : (isSet(to) ? to : now) - otherwise, .to = isSet(to) ? to : now};
    if (points < 2 || points > 2000)
        return fail(ErrorCode::Invalid, u"points: %1 is out of range; use 2 to 2000"_s.arg(points));
    if (span.from >= span.to)
        return fail(ErrorCode::Invalid, u"from: it must be before to"_s);
    return span;
}

using Rows = QList<SeriesRow>;
using RowsOfSubjects = QHash<QString, Rows>;

std::vector<CountPoint> pointsIn(const Rows &rows)
{
    std::vector<CountPoint> points;
    for (const SeriesRow &row : rows) {
        const std::vector<CountPoint> more = countsIn(row);
        points.insert(points.end(), more.begin(), more.end());
    }
    return points;
}

struct Asked
{
    SeriesKind kind = SeriesKind::ProjectFine;
    QStringList subjects;
    BatchId batch;
    Span span;
    Grid grid;
};

Asked askedOf(const GetCounts &request, const Span &span, Instant now, const QStringList &projects)
{
    Asked asked {.batch = request.batch, .span = span};
    const Grid fine = Grid::of(span.from, span.to, request.points, fineStep);
    const bool isCoarse = fine.step >= coarseStep || now - span.from > fineKept;
    asked.grid = isCoarse ? Grid::of(span.from, span.to, request.points, coarseStep) : fine;
    if (request.batch) {
        asked.kind = isCoarse ? SeriesKind::BatchCoarse : SeriesKind::BatchFine;
        asked.subjects = {QString::number(request.batch.value)};
    } else {
        asked.kind = isCoarse ? SeriesKind::ProjectCoarse : SeriesKind::ProjectFine;
        asked.subjects = projects;
    }
    return asked;
}

Result<RowsOfSubjects> rowsOf(Database &db, const Asked &asked, const ListScope &scope)
{
    if (asked.batch) {
        if (const Result<Batch> batch = batchInScope(db, asked.batch, scope); !batch)
            return batch.error();
    }
    RowsOfSubjects rows;
    for (const QString &subject : asked.subjects) {
        const Result<Rows> some = seriesOf(db, asked.kind, subject, asked.span.from - rowSpan, asked.span.to);
        if (!some)
            return some.error();
        rows.insert(subject, *some);
    }
    return rows;
}

// Those one may see, of those there are.
Result<QStringList> projectsFor(Rooms &rooms, const Caller &caller, const QString &wanted)
{
    if (!wanted.isEmpty()) {
        const Result<void> may = rooms.access.may(caller, Verb::View, wanted);
        return may ? Result<QStringList>(QStringList {wanted}) : may.error();
    }
    QStringList projects = rooms.series.projects();
    const auto seen = rooms.access.projectsFor(caller, Verb::View);
    if (seen)
        projects.removeIf([&](const QString &project) { return !seen->contains(project); });
    return projects;
}

void counts(Rooms &rooms, const Caller &caller, const GetCounts &request, const Answer<CountSeries> &answer)
{
    const Instant now = rooms.clock.now();
    const Result<Span> span = spanOf(request.from, request.to, request.points, now, 1h);
    const Result<QStringList> projects = projectsFor(rooms, caller, request.project);
    if (!span || !projects) {
        answer(span ? projects.error() : span.error());
        return;
    }
    const Asked asked = askedOf(request, *span, now, *projects);
    const ListScope scope = scopeOf(rooms, caller);
    rooms.store.ask<RowsOfSubjects>(
        &rooms.dispatcher, [asked, scope](Database &db) { return rowsOf(db, asked, scope); },
        [&rooms, asked, answer](const Result<RowsOfSubjects> &rows) {
            if (!rows) {
                answer(rows.error());
                return;
            }
            std::vector<std::vector<CountPoint>> subjects;
            for (const QString &subject : asked.subjects) {
                std::vector<CountPoint> &points = subjects.emplace_back(pointsIn(rows->value(subject)));
                for (const CountPoint &point : rooms.series.pendingCounts(asked.kind, subject))
                    points.push_back(point);
            }
            answer(folded(asked.grid, subjects));
        });
}

void describe(const Rooms &rooms, MachineId machine, LoadSeries &series)
{
    series.machine = machine;
    series.failedHour = rooms.series.failedLastHour(machine);
    series.booted = rooms.series.booted(machine);
}

LoadSeries recent(Rooms &rooms, MachineId machine, const Span &span, int points)
{
    LoadSeries series = folded(Grid::of(span.from, span.to, points, 2s), rooms.series.recentLoad(machine));
    describe(rooms, machine, series);
    return series;
}

void stored(Rooms &rooms, MachineId machine, const Span &span, int points, const Answer<LoadSeriesList> &answer)
{
    rooms.store.ask<Rows>(
        &rooms.dispatcher,
        [machine, span](Database &db) {
            return seriesOf(db, SeriesKind::Load, QString::number(machine.value), span.from - rowSpan, span.to);
        },
        [&rooms, machine, span, points, answer](const Result<Rows> &rows) {
            if (!rows) {
                answer(rows.error());
                return;
            }
            std::vector<LoadPoint> all = rooms.series.pendingMinutes(machine);
            for (const SeriesRow &row : *rows) {
                const std::vector<LoadPoint> some = loadsIn(row);
                all.insert(all.end(), some.begin(), some.end());
            }
            LoadSeries series = folded(Grid::of(span.from, span.to, points, 1min), all);
            describe(rooms, machine, series);
            answer(LoadSeriesList {{series}});
        });
}

void machine(Rooms &rooms, const Caller &caller, const GetMachineSeries &request,
             const Answer<LoadSeriesList> &answer)
{
    const Instant now = rooms.clock.now();
    const Result<Span> span = spanOf(request.from, request.to, request.points, now, inMemory);
    if (!span) {
        answer(span.error());
        return;
    }
    const auto seen = rooms.access.projectsFor(caller, Verb::View);
    LoadSeriesList list;
    for (const MachineRecord &each : rooms.fleet.all()) {
        const QString &project = each.row.project;
        if ((request.machine && each.row.id != request.machine)
            || (seen && project != u"*" && !seen->contains(project)))
            continue;
        if (request.machine && span->from < now - inMemory - 1min) {
            stored(rooms, request.machine, *span, request.points, answer);
            return;
        }
        list.machines.append(recent(rooms, each.row.id, *span, request.points));
    }
    if (request.machine && list.machines.isEmpty())
        answer(fail(ErrorCode::NotFound, u"there is no machine %1"_s.arg(request.machine.value)));
    else
        answer(list);
}

BatchRateList rates(const Rooms &rooms, const Caller &caller)
{
    BatchRateList list {.rates = rooms.series.rates()};
    const auto seen = rooms.access.projectsFor(caller, Verb::View);
    list.rates.removeIf([&](const BatchRate &rate) {
        const Batch *batch = rooms.batches.find(rate.batch);
        return !batch || (seen && !seen->contains(batch->project));
    });
    return list;
}

} // namespace

void handleSeries(Router &router, Rooms &rooms)
{
    router.handle<GetCounts>({.who = Who::Viewer},
                             [&rooms](const Caller &caller, const GetCounts &request,
                                      const Answer<CountSeries> &answer) { counts(rooms, caller, request, answer); });
    router.handle<GetMachineSeries>(
        {.who = Who::Viewer},
        [&rooms](const Caller &caller, const GetMachineSeries &request, const Answer<LoadSeriesList> &answer) {
            machine(rooms, caller, request, answer);
        });
    router.handle<ListRates>({.who = Who::Viewer},
                             [&rooms](const Caller &caller, const ListRates &, const Answer<BatchRateList> &answer) {
                                 answer(rates(rooms, caller));
                             });
    router.handle<ListSteps>(
        {.who = Who::Viewer},
        [&rooms](const Caller &caller, const ListSteps &request, const Answer<BatchStepList> &answer) {
            const ListScope scope = scopeOf(rooms, caller);
            rooms.store.ask<BatchStepList>(
                &rooms.dispatcher, [request, scope](Database &db) { return stepsOf(db, request, scope); },
                [answer](const Result<BatchStepList> &steps) { answer(steps); });
        });
    router.handle<GetTimeline>(
        {.who = Who::Viewer},
        [&rooms](const Caller &caller, const GetTimeline &request, const Answer<Timeline> &answer) {
            const ListScope scope = scopeOf(rooms, caller);
            const Instant now = rooms.clock.now();
            rooms.store.ask<Timeline>(
                &rooms.dispatcher, [request, scope, now](Database &db) { return timelineOf(db, request, scope, now); },
                [answer](const Result<Timeline> &timeline) { answer(timeline); });
        });
}

} // namespace Drover
