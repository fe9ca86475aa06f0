#include "backend/base/logsettings.h"
#include "backend/base/version.h"

#include <QtCore/QDateTime>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>

#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <atomic>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr std::array categoryNames {
    "base", "settings", "tls", "net", "api", "store", "access", "queue", "dispatch", "fleet",
    "files", "operations", "agent", "shim", "client", "cli", "console",
};
static_assert(categoryNames.size() == size_t(LogCategory::Console) + 1);

constexpr std::array levelNames {"trace", "debug", "info", "warning", "error"};
static_assert(levelNames.size() == size_t(LogLevel::Error) + 1);

// How much above Info the least is, by category: read by every thread with each line, changed at
// run time; zero before anybody has said anything.
std::array<std::atomic<int>, categoryNames.size()> leastLevels;
std::atomic<LogFormat> presentFormat = LogFormat::Text;
std::atomic<bool> isForJournal = false; // decided at the start

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

QByteArray textLine(LogCategory category, QStringView text, std::initializer_list<LogField> fields)
{
    QString line = QLatin1StringView(categoryNames.at(size_t(category))) + u": "_s + text.toString();
    for (const auto &[name, value] : fields)
        line += u' ' + name + u'=' + quoted(value);
    return line.toUtf8();
}

QByteArray jsonLine(LogCategory category, LogLevel level, QStringView text, std::initializer_list<LogField> fields)
{
    QJsonObject line;
    for (const auto &[name, value] : fields)
        line.insert(name, value);
    // Last: a field cannot take the place of one of these.
    line.insert("at"_L1, QDateTime::currentDateTimeUtc().toString(Qt::ISODateWithMs));
    line.insert("level"_L1, QLatin1StringView(levelNames.at(size_t(level))));
    line.insert("category"_L1, QLatin1StringView(categoryNames.at(size_t(category))));
    line.insert("text"_L1, text.toString());
    return QJsonDocument(line).toJson(QJsonDocument::Compact);
}

// What sd-daemon(3) calls the level of a line.
const char *journalPriority(LogLevel level)
{
    constexpr std::array priorities {"<7>", "<7>", "<6>", "<4>", "<3>"};
    return priorities.at(size_t(level));
}

void setPattern(spdlog::logger &logger)
{
    // JSON has its own time; the journal notes it by itself.
    const bool isBare = presentFormat == LogFormat::Json || isForJournal;
    logger.set_pattern(isBare ? "%v" : "%Y-%m-%dT%H:%M:%S.%e%z %^%l%$ %v");
}

} // namespace

Result<void> startLogging(const LogSettings &settings)
{
    isForJournal = settings.file.isEmpty() && qEnvironmentVariableIsSet("JOURNAL_STREAM");
    std::shared_ptr<spdlog::sinks::sink> sink;
    try {
        if (settings.file.isEmpty())
            sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
        else
            sink = std::make_shared<spdlog::sinks::rotating_file_sink_mt>(
                settings.file.toStdString(), size_t(settings.rotateBytes), size_t(settings.rotateKeep));
    } catch (const spdlog::spdlog_ex &problem) {
        return fail(ErrorCode::Io, u"cannot log to %1: %2"_s.arg(settings.file, QString::fromUtf8(problem.what())));
    }
    auto logger = std::make_shared<spdlog::logger>("drover", std::move(sink));
    logger->set_level(spdlog::level::trace); // ours decide
    logger->flush_on(spdlog::level::info);
    spdlog::set_default_logger(std::move(logger));
    changeLogging(settings);
    return {};
}

void startLogging(const LogTarget &target)
{
    const LogSettings settings {.file = target.file, .rotateBytes = target.rotateBytes,
                                .rotateKeep = target.rotateKeep, .level = target.level};
    if (const Result<void> started = startLogging(settings); !started)
        std::fprintf(stderr, "%s\n", qPrintable(started.error().message));
}

void changeLogging(const LogSettings &settings)
{
    for (size_t i = 0; i < leastLevels.size(); ++i)
        leastLevels.at(i) = int(settings.levels.value(LogCategory(int(i)), settings.level)) - int(LogLevel::Info);
    presentFormat = settings.format;
    setPattern(*spdlog::default_logger());
}

std::optional<LogLevel> logLevelOf(QStringView word)
{
    const auto known = std::ranges::find_if(levelNames, [&](const char *name) { return word == QLatin1StringView(name); });
    return known == levelNames.end() ? std::nullopt : std::optional(LogLevel(int(known - levelNames.begin())));
}

Result<QMap<LogCategory, LogLevel>> logLevelsOf(const QStringList &words)
{
    QMap<LogCategory, LogLevel> levels;
    for (const QString &word : words) {
        const QString name = word.section(u'=', 0, 0).trimmed();
        const auto category = std::ranges::find_if(categoryNames, [&](const char *each) { return name == QLatin1StringView(each); });
        const auto level = logLevelOf(word.section(u'=', 1).trimmed());
        if (category == categoryNames.end() || !level) {
            QStringList known;
            for (const char *each : categoryNames)
                known.append(QLatin1StringView(each));
            return fail(ErrorCode::Invalid, u"log.levels: \"%1\" is no category=level; categories are %2"_s.arg(
                                                word.left(60), known.join(u", ")));
        }
        levels.insert(LogCategory(int(category - categoryNames.begin())), *level);
    }
    return levels;
}

void log(LogCategory category, LogLevel level, QStringView text, std::initializer_list<LogField> fields)
{
    if (int(level) - int(LogLevel::Info) < leastLevels.at(size_t(category)))
        return;
    const QByteArray line = presentFormat == LogFormat::Json ? jsonLine(category, level, text, fields)
                                                             : textLine(category, text, fields);
    spdlog::log(spdlogLevel(level), "{}{}", isForJournal ? journalPriority(level) : "", line.constData());
}

QString programVersion()
{
    return QStringLiteral(DROVER_VERSION);
}

} // namespace Drover
