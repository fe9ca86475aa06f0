#pragma once

#include <QtCore/QString>

#include <initializer_list>
#include <utility>

namespace Drover {

/// Who speaks. A closed list: add one when a room comes, not when a file does.
enum class LogCategory {
    Base, Settings, Tls, Net, Api, Store, Access, Queue, Dispatch, Fleet, Files, Operations,
    Agent, Shim, Client, Cli, Console,
};

enum class LogLevel { Trace, Debug, Info, Warning, Error };

using LogField = std::pair<QLatin1StringView, QString>;

/// Where log lines go. Called once, early in main, before other threads are started.
struct LogTarget
{
    QString file; ///< empty: standard error
    qint64 rotateBytes = 20 * 1024 * 1024;
    int rotateKeep = 5;
    LogLevel level = LogLevel::Info;
};
void startLogging(const LogTarget &target);

/// One line: instant, level, category, text, then `name=value` for each field (quoted when it must
/// be). Any thread. Never give it a secret.
void log(LogCategory category, LogLevel level, QStringView text,
         std::initializer_list<LogField> fields = {});

inline void logInfo(LogCategory c, QStringView text, std::initializer_list<LogField> f = {})
{
    log(c, LogLevel::Info, text, f);
}
inline void logWarning(LogCategory c, QStringView text, std::initializer_list<LogField> f = {})
{
    log(c, LogLevel::Warning, text, f);
}
inline void logError(LogCategory c, QStringView text, std::initializer_list<LogField> f = {})
{
    log(c, LogLevel::Error, text, f);
}

} // namespace Drover
