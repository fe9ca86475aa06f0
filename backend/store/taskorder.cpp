#include "backend/store/taskorder.h"

#include <QtCore/QStringList>

#include <algorithm>
#include <iterator>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

struct Orderable
{
    QLatin1StringView name;
    QLatin1StringView expression;
};

constexpr Orderable orderables[] = {
    {"id"_L1, "task.id"_L1},
    {"rev"_L1, "task.rev"_L1},
    {"project"_L1, "coalesce(batch.project, '')"_L1},
    {"batch"_L1, "task.batch"_L1},
    {"batchName"_L1, "coalesce(batch.name_key, '')"_L1},
    {"name"_L1, "task.name_key"_L1},
    {"step"_L1, "task.step"_L1},
    {"state"_L1, "task.state"_L1},
    {"held"_L1, "task.held"_L1},
    {"paused"_L1, "task.paused"_L1},
    {"keep"_L1, "task.keep"_L1},
    {"priority"_L1, "task.priority"_L1},
    {"owner"_L1, "task.owner"_L1},
    {"runAs"_L1, "task.run_as"_L1},
    {"queued"_L1, "task.id"_L1}, // submitted in the order of the ids; design.md, Memory and disk
    {"notBefore"_L1, "task.not_before"_L1},
    {"started"_L1, "task.started"_L1},
    {"ended"_L1, "task.ended"_L1},
    {"duration"_L1, "(CASE WHEN task.ended > 0 THEN task.ended - task.started ELSE -1 END)"_L1},
    {"specNumber"_L1, "task.spec_number"_L1},
    {"lastAttempt"_L1, "task.last_attempt"_L1},
    {"currentAttempt"_L1, "task.current_attempt"_L1},
    {"machine"_L1, "task.machine"_L1},
    {"machineName"_L1, "coalesce(machine.name_key, '')"_L1},
    {"endReason"_L1, "task.end_reason"_L1},
    {"exitCode"_L1, "coalesce(task.exit_code, -1)"_L1},
    {"signal"_L1, "task.signal"_L1},
    {"lastLine"_L1, "task.last_line"_L1},
    {"causeKey"_L1, "task.cause_key"_L1},
    {"waitsFor"_L1, "task.waits_for"_L1},
    {"unreachable"_L1, "task.unreachable"_L1},
};

QString orderNames()
{
    QStringList names;
    for (const Orderable &each : orderables)
        names.append(QString(each.name));
    return names.join(u", ");
}

} // namespace

QString TaskOrder::sql() const
{
    const QLatin1StringView direction = descending ? " DESC"_L1 : ""_L1;
    const QString byId = u"task.id"_s + direction;
    return expression == u"task.id" ? byId : expression + direction + u", "_s + byId;
}

Result<TaskOrder> taskOrderOf(const QString &order)
{
    const bool descending = order.startsWith(u'-');
    const QStringView name = descending ? QStringView(order).sliced(1) : QStringView(order);
    const auto known = std::ranges::find_if(
        orderables, [&](const Orderable &each) { return name == each.name; });
    if (known == std::end(orderables)) {
        return fail(ErrorCode::NotFound, u"there is no column \"%1\" to order by; there are %2"_s
                                             .arg(name.left(80), orderNames()));
    }
    const QString expression(known->expression);
    return TaskOrder {.expression = expression,
                      .descending = descending,
                      .needsBatch = expression.contains(u"batch."),
                      .needsMachine = expression.contains(u"machine.")};
}

} // namespace Drover
