#pragma once

#include "app/cli/command.h"

namespace Drover {

/// All commands, a line each.
QString helpText(const Screen &screen);

/// One command with its options.
QString helpText(const Command &command, const Screen &screen);

/// `drover help TOPIC`: exit, filter, spec, json, words; empty for what is no topic.
QString topicText(const QString &topic, const Screen &screen);
QStringList helpTopics();

} // namespace Drover
