#include "backend/base/version.h"
#include "backend/daemon/commands.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QTextStream>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <sodium.h>

using namespace Drover;
using namespace Qt::StringLiterals;

namespace {

// What the command line says, as `--set` has it, and as it is typed again.
struct Spoken
{
    std::string settingsFile;
    std::vector<std::string> sets;
    std::string data;
    std::string listen;
    std::string postgres;
    std::string logFile;
    std::vector<std::string> addresses;

    void declare(CLI::App &command)
    {
        command.add_option("--settings", settingsFile, "file of settings, instead of /etc/drover/droverd.toml and one's own");
        command.add_option("--set", sets, "a setting, key=value; may be repeated (droverd check --print-defaults lists them)");
        command.add_option("--data", data, "where everything is kept (data)");
        command.add_option("--listen", listen, "address and port to listen on (listen)");
        command.add_option("--address", addresses, "host:port under which it is reached from elsewhere; may be repeated (addresses)");
        command.add_option("--postgres", postgres, "connection string of a PostgreSQL database instead of SQLite (postgres)");
    }

    SettingSources sources() const
    {
        SettingSources sources {.files = settingFiles(u"droverd"_s), .file = QString::fromStdString(settingsFile),
                                .environmentPrefix = u"DROVERD_"_s, .sets = {}};
        for (const std::string &set : sets)
            sources.sets.append(QString::fromStdString(set));
        QStringList reached;
        for (const std::string &address : addresses)
            reached.append(QString::fromStdString(address));
        for (const auto &[key, value] : {std::pair(u"data"_s, QString::fromStdString(data)),
                                         std::pair(u"listen"_s, QString::fromStdString(listen)),
                                         std::pair(u"postgres"_s, QString::fromStdString(postgres)),
                                         std::pair(u"log.file"_s, QString::fromStdString(logFile)),
                                         std::pair(u"addresses"_s, reached.join(u','))}) {
            if (!value.isEmpty())
                sources.sets.append(key + u'=' + value);
        }
        return sources;
    }

    // "droverd run" with what was said here: what is said to init must be said to run as well.
    QString runLine() const
    {
        QString line = u"droverd run"_s;
        const auto add = [&line](const QString &option, const std::string &value) {
            const QString text = QString::fromStdString(value);
            const bool plain = std::ranges::all_of(text, [](QChar c) { return c.isLetterOrNumber() || u"-_./:=,@%+[]"_s.contains(c); });
            if (!text.isEmpty())
                line += u' ' + option + u' ' + (plain ? text : u'\'' + QString(text).replace(u'\'', u"'\\''"_s) + u'\'');
        };
        add(u"--settings"_s, settingsFile);
        for (const std::string &set : sets)
            add(u"--set"_s, set);
        add(u"--data"_s, data);
        add(u"--listen"_s, listen);
        for (const std::string &address : addresses)
            add(u"--address"_s, address);
        add(u"--postgres"_s, postgres);
        return line;
    }
};

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    if (sodium_init() < 0)
        return 1;

    CLI::App app("droverd: keeps a durable queue of tasks and gives them to the machines that run them");
    app.set_version_flag("--version", programVersion().toStdString());
    app.require_subcommand(1);
    Spoken spoken;
    std::string portFile;
    std::string admin = "admin";
    bool printDefaults = false;
    bool rotationEnds = false;
    CLI::App *init = app.add_subcommand("init", "make the data directory, the certificate authority and the first administrator's invitation");
    CLI::App *run = app.add_subcommand("run", "run until SIGTERM; SIGHUP reads the settings again");
    CLI::App *check = app.add_subcommand("check", "look at settings, data directory, certificates, database, port and disk; changes nothing");
    CLI::App *rotate = app.add_subcommand("rotate-ca", "make a new certificate authority beside the old one, of a daemon that is stopped; --end forgets the old one");
    std::string file;
    CLI::App *backup = app.add_subcommand("backup", "copy database, keys and certificates into one file, and check it; beside a daemon that runs or not");
    CLI::App *restore = app.add_subcommand("restore", "make the data directory what a backup holds, of a daemon that is stopped; what was there is put aside");
    CLI::App *migrate = app.add_subcommand("migrate", "bring the database to this version's schema, of a daemon that is stopped; run does it by itself");
    backup->add_option("file", file, "the backup; must not be there yet")->required();
    restore->add_option("file", file, "the backup; none: the database was brought back by other means, and begins a new epoch");
    for (CLI::App *command : {init, run, check, rotate, backup, restore, migrate})
        spoken.declare(*command);
    init->add_option("--admin", admin, "name of the administrator who is invited")->capture_default_str();
    run->add_option("--port-file", portFile, "file that gets the port once it listens");
    run->add_option("--log", spoken.logFile, "log file, rotated; standard error without it (log.file)");
    check->add_flag("--print-defaults", printDefaults, "print a file with every setting, its default and what it is");
    rotate->add_flag("--end", rotationEnds, "believe the old authority no more");
    CLI11_PARSE(app, argc, argv);

    if (printDefaults) {
        QTextStream(stdout) << printedDefaults(daemonSettingKeys(), u"droverd"_s);
        return 0;
    }
    const Result<DaemonSettings> read = readDaemonSettings(spoken.sources());
    if (!read) {
        QTextStream(stderr) << "droverd: " << printed(read.error()) << '\n';
        return 2;
    }
    DaemonSettings settings = *read;
    settings.portFile = QString::fromStdString(portFile);
    if (const Result<void> logging = startLogging(settings.log); !logging) {
        QTextStream(stderr) << "droverd: " << printed(logging.error()) << '\n';
        return 1;
    }
    if (check->parsed())
        return Drover::check(settings);
    if (backup->parsed())
        return Drover::backup(settings, QString::fromStdString(file));
    if (restore->parsed())
        return Drover::restore(settings, QString::fromStdString(file));
    if (migrate->parsed())
        return migrateDatabase(settings);
    if (rotate->parsed())
        return rotateAuthority(settings, rotationEnds ? Rotation::End : Rotation::Begin);
    return init->parsed() ? initialise(settings, QString::fromStdString(admin), spoken.runLine())
                          : Drover::run(settings, [spoken] { return readDaemonSettings(spoken.sources()); });
}
