#include "backend/agent/agentoptions.h"

#include "backend/base/version.h"

#include <CLI/CLI.hpp>

#include <QtCore/QCryptographicHash>
#include <QtCore/QDir>

#include <unistd.h>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr char exitStatuses[] = R"(Exit statuses:
  0  fine
  1  failed: files, disk, something unexpected
  2  wrong use
  3  status: joined, but no agent is running
  4  this machine has not joined
  5  another agent runs with this state, or it has joined already
  6  the daemon refused, or is not the one that the invitation names
  7  the daemon cannot be reached)";

QString usualState()
{
    if (geteuid() == 0)
        return u"/var/lib/drover-agent"_s;
    QString base = qEnvironmentVariable("XDG_STATE_HOME");
    if (!QDir::isAbsolutePath(base))
        base = QDir::homePath() + "/.local/state"_L1;
    return base + "/drover-agent"_L1;
}

/// Root's tasks are other users, who cannot go through a state folder or root's home.
QString usualWork(const QString &state)
{
    if (geteuid() != 0)
        return state + "/work"_L1;
    const QByteArray hash = QCryptographicHash::hash(state.toUtf8(), QCryptographicHash::Sha256);
    return u"/var/lib/drover-work/"_s + QString::fromLatin1(hash.toHex().left(8));
}

struct Texts
{
    std::string state;
    std::string work;
    std::string users = "64200-65199";
    std::string invitation;
    std::string name;
    std::string logFile;
    std::string settingsFile;
    std::vector<std::string> sets;
    bool printDefaults = false;
};

std::optional<SlotUsers> usersOf(const std::string &range)
{
    const QStringList ends = QString::fromStdString(range).split(u'-');
    bool firstGood = false;
    bool lastGood = false;
    const int first = ends.value(0).toInt(&firstGood);
    const int last = ends.value(1).toInt(&lastGood);
    if (ends.size() != 2 || !firstGood || !lastGood || first < 1000 || last < first)
        return {};
    return SlotUsers{.firstUser = first, .count = last - first + 1};
}

void addPaths(CLI::App &command, Texts &texts)
{
    command.add_option("--state", texts.state, "Folder of the agent's state (0700)")
        ->type_name("DIR");
}

void addSettings(CLI::App &command, Texts &texts)
{
    command.add_option("--settings", texts.settingsFile,
                       "File of settings, instead of /etc/drover/drover-agent.toml and one's own")
        ->type_name("FILE");
    command.add_option("--set", texts.sets,
                       "A setting; 'check --print-defaults' lists them; may be repeated")
        ->type_name("KEY=VALUE");
}

void addRunning(CLI::App &command, Texts &texts, AgentOptions &options)
{
    addPaths(command, texts);
    command.add_option("--work", texts.work, "Folder below which tasks work")->type_name("DIR");
    command
        .add_option("--users", texts.users,
                    "Users (numbers) that tasks run as when the agent is root")
        ->type_name("FIRST-LAST")
        ->capture_default_str();
    command.add_option("--log", texts.logFile, "Write the log here, not to standard error")
        ->type_name("FILE");
    command
        .add_option("--gpus", options.gpus,
                    "GPUs that tasks may use, where nvidia-smi does not tell them")
        ->check(CLI::Range(0, 64));
    command.add_flag("--verbose", options.verbose, "Log more");
    addSettings(command, texts);
}

Result<void> readSettings(AgentOptions &options, const Texts &texts)
{
    SettingSources &sources = options.settings;
    sources = {.files = settingFiles(u"drover-agent"_s), .file = QString::fromStdString(texts.settingsFile),
               .environmentPrefix = u"DROVER_AGENT_"_s, .sets = {}};
    for (const std::string &set : texts.sets)
        sources.sets.append(QString::fromStdString(set));
    if (!texts.logFile.empty())
        sources.sets.append(u"log.file="_s + QString::fromStdString(texts.logFile));
    if (options.verbose)
        sources.sets.append(u"log.level=debug"_s);
    const Result<Settings> settings = Settings::read(agentSettingKeys(), sources);
    const Result<LogSettings> log = settings ? logSettingsOf(*settings) : settings.error();
    if (!log)
        return log.error();
    options.log = *log;
    options.cacheSize = settings->number("cache.size"_L1);
    return {};
}

std::optional<QString> settle(AgentOptions &options, const Texts &texts)
{
    const auto absolute = [](const std::string &path) {
        return QDir::cleanPath(QDir::current().absoluteFilePath(QString::fromStdString(path)));
    };
    options.paths.state = texts.state.empty() ? usualState() : absolute(texts.state);
    options.paths.work = texts.work.empty() ? usualWork(options.paths.state) : absolute(texts.work);
    options.invitation = QString::fromStdString(texts.invitation);
    options.name = QString::fromStdString(texts.name);
    const std::optional<SlotUsers> users = usersOf(texts.users);
    if (!users)
        return u"--users: two numbers from 1000 on are expected, as 64200-65199"_s;
    if (geteuid() == 0)
        options.users = *users;
    if (const Result<void> read = readSettings(options, texts); !read)
        return printed(read.error());
    return {};
}

} // namespace

std::variant<AgentOptions, int> parseAgentOptions(int count, char **arguments)
{
    AgentOptions options;
    Texts texts;
    CLI::App app("Runs tasks on this machine for a Drover daemon.", "drover-agent");
    app.set_version_flag("--version", "drover-agent " + programVersion().toStdString());
    app.footer(exitStatuses);
    app.require_subcommand(1);

    CLI::App *join
        = app.add_subcommand("join", "Joins the fleet of the daemon that made LINK, and runs");
    join->add_option("link", texts.invitation,
                     "drover://join/machine/…, from 'drover machine invite'")
        ->required()
        ->type_name("LINK");
    join->add_option("--name", texts.name, "Name of this machine; else its host name");
    join->add_option("--slots", options.slotCount, "Tasks at a time; else as many as cores")
        ->check(CLI::Range(1, 4096));
    join->add_flag("--then-exit", options.thenExit, "Join only; do not run");
    addRunning(*join, texts, options);
    CLI::App *run
        = app.add_subcommand("run", "Runs tasks, until it is told to end; tasks go on then");
    addRunning(*run, texts, options);
    CLI::App *status = app.add_subcommand("status", "Says who this machine is and what it does");
    addPaths(*status, texts);
    status->add_flag("--json", options.asJson, "For programs");

    CLI::App *check = app.add_subcommand("check", "Looks at what it needs, and says what is wrong; changes nothing");
    addPaths(*check, texts);
    check->add_option("--work", texts.work, "Folder below which tasks work")->type_name("DIR");
    check->add_flag("--print-defaults", texts.printDefaults, "Print a file with every setting, its default and what it is");
    addSettings(*check, texts);

    try {
        app.parse(count, arguments);
    } catch (const CLI::ParseError &error) {
        return app.exit(error) == 0 ? int(AgentExit::Fine) : int(AgentExit::Usage);
    }
    options.command = join->parsed() ? AgentOptions::Command::Join
        : run->parsed()              ? AgentOptions::Command::Run
        : check->parsed()            ? AgentOptions::Command::Check
                                     : AgentOptions::Command::Status;
    if (texts.printDefaults) {
        printf("%s", qPrintable(printedDefaults(agentSettingKeys(), u"drover-agent"_s)));
        return int(AgentExit::Fine);
    }
    if (const std::optional<QString> wrong = settle(options, texts)) {
        fprintf(stderr, "%s\n", qPrintable(*wrong));
        return int(AgentExit::Usage);
    }
    return options;
}

} // namespace Drover
