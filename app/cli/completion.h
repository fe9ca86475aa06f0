#pragma once

#include <QtCore/QString>

namespace Drover {

/// A script that makes a shell complete `drover`: bash, zsh or fish; empty for any other. Commands,
/// their options and choices; made from the same list as everything else.
QString completionScript(const QString &shell);

} // namespace Drover
