#pragma once

#include "backend/base/logging.h"
#include "backend/base/result.h"

#include <QtCore/QMap>
#include <QtCore/QStringList>

namespace Drover {

/// Text: `instant level category: words key=value`. Json: one object a line, with `at`, `level`,
/// `category`, `text` and the fields by their names.
enum class LogFormat { Text, Json };

/// Where log lines go, how they look, and which there are.
struct LogSettings
{
    QString file; ///< empty: standard error; under systemd with the journal's priorities
    LogFormat format = LogFormat::Text;
    qint64 rotateBytes = 20 * 1000 * 1000;
    int rotateKeep = 5; ///< older files
    LogLevel level = LogLevel::Info;
    QMap<LogCategory, LogLevel> levels = {}; ///< of categories that have one of their own
};

/// Once, early in main, before other threads are started. Io when the file cannot be written.
Result<void> startLogging(const LogSettings &settings);

/// Levels and format from now on; the file stays as it is. Any thread.
void changeLogging(const LogSettings &settings);

std::optional<LogLevel> logLevelOf(QStringView word);

/// Of "net=debug", "tls=warning"; Invalid names the word that is wrong and what there is.
Result<QMap<LogCategory, LogLevel>> logLevelsOf(const QStringList &words);

} // namespace Drover
