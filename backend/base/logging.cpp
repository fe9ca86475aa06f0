#include "backend/base/logging.h"
#include "backend/base/version.h"

#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <array>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr std::array categoryNames {
    "base", "settings", "tls", "net", "api", "store", "access", "queue", "dispatch", "fleet",
    "files", "operations", "agent", "shim", "client", "cli", "console",
};
static_assert(categoryNames.size() == size_t(LogCategory::Console) + 1);

spdlog::level::level_enum spdlogLevel(LogLevel level)
{
    constexpr std::array levels {spdlog::level::trace, spdlog::level::debug, spdlog::level::info,
                                 spdlog::level::warn, spdlog::level::err};
    return levels.at(size_t(level));
}

// A value that a person or a machine wrote must not be able to forge a line.
QString quoted(const QString &value)
{
    bool plain = !value.isEmpty();
    for (const QChar c : value)
        plain = plain && c.isPrint() && !c.isSpace() && c != u'"' && c != u'=';
    if (plain)
        return value;
    QString text = u"\""_s;
    for (const QChar c : value) {
        if (c == u'"' || c == u'\\')
            text += u'\\';
        text += c.isPrint() ? c : QChar(u'?');
    }
    return text + u'"';
}

} // namespace

void startLogging(const LogTarget &target)
{
    std::shared_ptr<spdlog::sinks::sink> sink;
    if (target.file.isEmpty())
        sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
    else
        sink = std::make_shared<spdlog::sinks::rotating_file_sink_mt>(
            target.file.toStdString(), size_t(target.rotateBytes), size_t(target.rotateKeep));
    auto logger = std::make_shared<spdlog::logger>("drover", std::move(sink));
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %^%l%$ %v");
    logger->set_level(spdlogLevel(target.level));
    logger->flush_on(spdlog::level::info);
    spdlog::set_default_logger(std::move(logger));
}

void log(LogCategory category, LogLevel level, QStringView text, std::initializer_list<LogField> fields)
{
    if (!spdlog::should_log(spdlogLevel(level)))
        return;
    QString line = text.toString();
    for (const auto &[name, value] : fields)
        line += u' ' + name + u'=' + quoted(value);
    spdlog::log(spdlogLevel(level), "{}: {}", categoryNames.at(size_t(category)), line.toStdString());
}

QString programVersion()
{
    return QStringLiteral(DROVER_VERSION);
}

} // namespace Drover
