#pragma once

#include "backend/protocol/agentmessages.h"
#include "backend/protocol/taskrequests.h"
#include "ui/widgets/keyvaluegrid.h"

namespace Drover {

/// What is written of a task, as keys and values. `gauge`: of one that runs; may be null.
QList<KeyValueGrid::Row> factsOf(const TaskDetail &detail, const AttemptGauge *gauge, Instant now, bool utc);

/// What an attempt used over time; empty where nothing was measured.
QList<std::pair<Instant, double>> memoryCurve(const TaskDetail &detail, int attempt);

/// The command line, broken after every option where it is long.
QString printedCommand(const TaskSpec &spec);

enum class Secrets { Masked, Shown };
/// "NAME=value", one a line. What is called like a secret is masked.
QString printedEnvironment(const TaskSpec &spec, Secrets secrets);
bool hasSecrets(const TaskSpec &spec);
/// All of it as JSON, for people; secrets masked.
QString printedJson(const TaskDetail &detail);

} // namespace Drover
