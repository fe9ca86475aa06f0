#include "backend/store/taskstore.h"

#include "backend/protocol/codec.h"
#include "backend/store/columntext.h"
#include "backend/store/rowwriter.h"

#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QSet>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

using enum ColumnType;

constexpr Column newTaskColumns[] = {
    {"id"_L1}, {"rev"_L1}, {"batch"_L1}, {"state"_L1}, {"ended"_L1}, {"started"_L1}, {"queued"_L1},
    {"not_before"_L1}, {"machine"_L1}, {"priority"_L1}, {"held"_L1}, {"keep"_L1},
    {"unreachable"_L1}, {"spec_number"_L1}, {"last_attempt"_L1}, {"current_attempt"_L1},
    {"waits_for"_L1}, {"failures"_L1}, {"poison"_L1}, {"flags"_L1}, {"shape"_L1},
    {"submission"_L1}, {"end_reason"_L1}, {"exit_code"_L1}, {"signal"_L1}, {"cause_key"_L1},
    {"name"_L1, Text}, {"name_key"_L1, Text}, {"step"_L1, Text}, {"owner"_L1, Text},
    {"run_as"_L1, Text}, {"labels"_L1, Text}, {"last_line"_L1, Text}, {"paused"_L1},
};
constexpr RowShape newTask {RowShape::Kind::Insert, "task"_L1, newTaskColumns, 1};

constexpr Column specColumns[] = {{"task"_L1}, {"spec"_L1, Blob}};
constexpr RowShape newSpec {RowShape::Kind::Insert, "task_spec"_L1, specColumns, 1};
constexpr RowShape changedSpec {RowShape::Kind::Upsert, "task_spec"_L1, specColumns, 1};

constexpr Column needColumns[] = {{"task"_L1}, {"other"_L1}};
constexpr RowShape newNeed {RowShape::Kind::Insert, "need"_L1, needColumns, 2};

constexpr Column shapeColumns[] = {{"id"_L1}, {"needs"_L1, Blob}, {"lease_rule"_L1},
                                   {"run_as"_L1, Text}};
constexpr RowShape newShape {RowShape::Kind::Insert, "shape"_L1, shapeColumns, 1};

constexpr Column wordColumns[] = {{"id"_L1}, {"name"_L1, Text}, {"name_key"_L1, Text},
                                  {"step"_L1, Text}, {"run_as"_L1, Text}, {"labels"_L1, Text}};
constexpr RowShape changedWords {RowShape::Kind::Update, "task"_L1, wordColumns, 1};

constexpr Column changeColumns[] = {
    {"id"_L1}, {"batch"_L1}, {"ended"_L1}, {"rev"_L1}, {"state"_L1}, {"started"_L1},
    {"not_before"_L1}, {"machine"_L1}, {"priority"_L1}, {"held"_L1}, {"keep"_L1},
    {"unreachable"_L1}, {"spec_number"_L1}, {"last_attempt"_L1}, {"current_attempt"_L1},
    {"waits_for"_L1}, {"failures"_L1}, {"poison"_L1}, {"end_reason"_L1}, {"exit_code"_L1},
    {"signal"_L1}, {"cause_key"_L1}, {"last_line"_L1, Text}, {"paused"_L1}, {"cancelling"_L1},
    {"shape"_L1},
};
constexpr RowShape stays {RowShape::Kind::Update, "task"_L1, changeColumns, 3};
constexpr RowShape ends {RowShape::Kind::Update, "task"_L1, changeColumns, 2};
constexpr RowShape moves {RowShape::Kind::Update, "task"_L1, changeColumns, 1};

Result<int> addChange(RowWriter &writer, const TaskChange &c)
{
    return writer.add(c.id, c.batch, c.ended, c.rev, c.state, c.started, c.notBefore, c.machine,
                      c.priority, c.held, c.keep, c.unreachable, c.specNumber, c.lastAttempt,
                      c.currentAttempt, c.waitsFor, c.failures, c.poison, c.endReason, c.exitCode,
                      c.signal, c.causeKey, c.lastLine, c.paused, c.cancelling, c.shape);
}

Result<int> addNew(RowWriter &writer, const NewTask &row)
{
    const Task &t = row.task;
    return writer.add(t.id, t.rev, t.batch, t.state, t.ended, t.started, t.queued, t.notBefore,
                      t.machine, t.priority, t.held, t.keep, t.unreachable, t.specNumber,
                      t.lastAttempt, t.currentAttempt, t.waitsFor, 0, 0, row.flags, row.shape,
                      row.submission, t.endReason, t.exitCode, t.signal, t.causeKey, t.name,
                      nameKey(t.name), t.step, t.owner, t.runAs, textOf(t.labels), t.lastLine,
                      t.paused);
}

} // namespace

Result<void> insertTasks(Database &database, const std::vector<NewTask> &tasks)
{
    RowWriter rows(database, newTask);
    RowWriter specs(database, newSpec);
    RowWriter needs(database, newNeed);
    for (const NewTask &task : tasks) {
        if (const Result<int> added = addNew(rows, task); !added)
            return added.error();
        if (const Result<int> added = specs.add(task.task.id, task.spec); !added)
            return added.error();
        for (const TaskId other : task.after) {
            if (const Result<int> added = needs.add(task.task.id, other); !added)
                return added.error();
        }
    }
    for (RowWriter *writer : {&rows, &specs, &needs}) {
        if (const Result<void> done = writer->finish(); !done)
            return done.error();
    }
    return {};
}

Result<void> changeTasks(Database &database, const QHash<TaskId, TaskChange> &changes)
{
    // Hardly anything changes again after it has ended.
    return writeFitting(database, {&stays, &ends, &moves}, inKeyOrder(changes), addChange,
                        [](const TaskChange &change) { return isSet(change.ended) ? 1u : 0u; });
}

Result<void> replaceSpecs(Database &database, const QHash<TaskId, QByteArray> &specs)
{
    RowWriter writer(database, changedSpec);
    for (auto it = specs.cbegin(); it != specs.cend(); ++it) {
        if (const Result<int> changed = writer.add(it.key(), it.value()); !changed)
            return changed.error();
    }
    return writer.finish();
}

Result<void> changeLabels(Database &database, const std::vector<LabelChange> &changes)
{
    // A merge patch (RFC 7386): what is null goes. The row may have a later revision by now.
    Statement &update = database.dialect() == Dialect::Sqlite
        ? database.prepared(
              "UPDATE task SET rev = max(rev, ?2), labels = coalesce(nullif(json_patch(CASE"
              " labels WHEN '' THEN '{}' ELSE labels END, ?3), '{}'), '') WHERE id = ?1"_L1)
        : database.prepared(
              "UPDATE task SET rev = greatest(rev, ?2), labels = coalesce(nullif(jsonb_strip_nulls("
              "coalesce(nullif(labels, ''), '{}')::jsonb || ?3::jsonb)::text, '{}'), '')"
              " WHERE id = ?1"_L1);
    for (const LabelChange &change : changes) {
        QJsonObject patch;
        for (auto it = change.labels.cbegin(); it != change.labels.cend(); ++it)
            patch.insert(it.key(), *it ? QJsonValue(**it) : QJsonValue());
        const QString text = QString::fromUtf8(QJsonDocument(patch).toJson(QJsonDocument::Compact));
        if (const Result<int> done = update.with(change.id, change.rev, text).run(); !done)
            return done.error();
    }
    return {};
}

Result<void> changeWords(Database &database, const QHash<TaskId, TaskWords> &words)
{
    RowWriter writer(database, changedWords);
    for (const TaskWords *w : inKeyOrder(words)) {
        const Result<int> changed = writer.add(w->id, w->name, nameKey(w->name), w->step, w->runAs,
                                               textOf(w->labels));
        if (!changed)
            return changed.error();
    }
    return writer.finish();
}

Result<void> insertShapes(Database &database, const std::vector<Shape> &shapes)
{
    RowWriter writer(database, newShape);
    for (const Shape &shape : shapes) {
        const Result<int> added = writer.add(shape.id, encode(shape.needs), shape.leaseRule, shape.runAs);
        if (!added)
            return added.error();
    }
    return writer.finish();
}

Result<void> removeTasks(Database &database, qint64 submission, qint64 first, qint64 count)
{
    // Its rows go first from the tables that only tasks of it can be in.
    for (const QLatin1StringView sql :
         {"DELETE FROM need WHERE task IN (SELECT id FROM task WHERE id BETWEEN ?1 AND ?2 AND submission = ?3)"_L1,
          "DELETE FROM blob_use WHERE task IN (SELECT id FROM task WHERE id BETWEEN ?1 AND ?2 AND submission = ?3)"_L1,
          "DELETE FROM task_spec WHERE task IN (SELECT id FROM task WHERE id BETWEEN ?1 AND ?2 AND submission = ?3)"_L1,
          "DELETE FROM task WHERE id BETWEEN ?1 AND ?2 AND submission = ?3"_L1}) {
        const Result<int> removed
            = database.prepared(sql).with(first, first + count - 1, submission).run();
        if (!removed)
            return removed.error();
    }
    return {};
}

Result<std::vector<Shape>> allShapes(Database &database)
{
    std::vector<Shape> shapes;
    Statement &query = database.prepared("SELECT id, lease_rule, run_as, needs FROM shape ORDER BY id"_L1);
    while (query.next()) {
        Shape shape;
        QByteArray needs;
        RowReader(query).read(shape.id, shape.leaseRule, shape.runAs, needs);
        const Result<Needs> decoded = decode<Needs>(needs);
        if (!decoded) {
            (void)query.finish();
            return decoded.error();
        }
        shape.needs = *decoded;
        shapes.push_back(std::move(shape));
    }
    const Result<void> read = query.finish();
    return read ? Result<std::vector<Shape>>(std::move(shapes)) : read.error();
}

Result<std::vector<StoredTask>> unfinishedTasks(Database &database)
{
    std::vector<StoredTask> tasks;
    QSet<QString> owners;
    Statement &query = database.prepared(
        "SELECT id, batch, rev, shape, submission, queued, not_before, started, machine, priority,"
        " flags, spec_number, last_attempt, current_attempt, failures, poison, state, held, keep,"
        " unreachable, paused, cancelling, owner FROM task WHERE ended = 0 ORDER BY id"_L1);
    while (query.next()) {
        StoredTask &t = tasks.emplace_back();
        RowReader(query).read(t.id, t.batch, t.rev, t.shape, t.submission, t.queued, t.notBefore,
                              t.started, t.machine, t.priority, t.flags, t.specNumber,
                              t.lastAttempt, t.currentAttempt, t.failures, t.poison, t.state,
                              t.held, t.keep, t.unreachable, t.paused, t.cancelling, t.owner);
        t.owner = *owners.insert(t.owner); // one text for all that are equal
    }
    const Result<void> read = query.finish();
    return read ? Result<std::vector<StoredTask>>(std::move(tasks)) : read.error();
}

Result<std::vector<std::pair<TaskId, QString>>> taskShares(Database &database)
{
    std::vector<std::pair<TaskId, QString>> shares;
    Statement &query = database.prepared(
        "SELECT task.id, task.labels, batch.share_by FROM batch JOIN task ON task.batch = batch.id"
        " WHERE batch.ended = 0 AND batch.share_by <> '' AND task.ended = 0 ORDER BY task.id"_L1);
    while (query.next()) {
        TaskId id;
        QString labels;
        QString label;
        RowReader(query).read(id, labels, label);
        shares.emplace_back(id, mapOf(labels).value(label));
    }
    const Result<void> read = query.finish();
    return read ? Result<std::vector<std::pair<TaskId, QString>>>(std::move(shares)) : read.error();
}

Result<QHash<TaskId, QString>> labelValues(Database &database, BatchId batch, const QString &label)
{
    QHash<TaskId, QString> values;
    Statement &query
        = database.prepared("SELECT id, labels FROM task WHERE batch = ?1 AND ended = 0 AND labels <> ''"_L1);
    query.with(batch);
    while (query.next()) {
        TaskId id;
        QString labels;
        RowReader(query).read(id, labels);
        const QMap<QString, QString> all = mapOf(labels);
        if (const auto value = all.constFind(label); value != all.cend())
            values.insert(id, *value);
    }
    const Result<void> read = query.finish();
    return read ? Result<QHash<TaskId, QString>>(std::move(values)) : read.error();
}

Result<std::vector<StoredNeed>> openNeeds(Database &database)
{
    std::vector<StoredNeed> needs;
    Statement &query = database.prepared(
        "SELECT task.id, other.id, other.state FROM task JOIN need ON need.task = task.id"
        " JOIN task other ON other.id = need.other"
        " WHERE task.ended = 0 AND task.state = ?1 AND other.state <> ?2 ORDER BY task.id, other.id"_L1);
    query.with(TaskState::Waiting, TaskState::Succeeded);
    while (query.next()) {
        StoredNeed &need = needs.emplace_back();
        RowReader(query).read(need.task, need.other, need.otherState);
    }
    const Result<void> read = query.finish();
    return read ? Result<std::vector<StoredNeed>>(std::move(needs)) : read.error();
}

Result<std::vector<std::pair<TaskId, QByteArray>>> startedSpecs(Database &database)
{
    std::vector<std::pair<TaskId, QByteArray>> specs;
    Statement &query = database.prepared(
        "SELECT task.id, task_spec.spec FROM task JOIN task_spec ON task_spec.task = task.id"
        " WHERE task.ended = 0 AND task.state BETWEEN ?1 AND ?2 ORDER BY task.id"_L1);
    query.with(TaskState::Assigned, TaskState::Stopping);
    while (query.next()) {
        auto &[task, spec] = specs.emplace_back();
        RowReader(query).read(task, spec);
    }
    const Result<void> read = query.finish();
    return read ? Result<std::vector<std::pair<TaskId, QByteArray>>>(std::move(specs))
                : read.error();
}

} // namespace Drover
