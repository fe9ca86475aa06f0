#include "backend/base/logging.h"
#include "backend/base/version.h"
#include "backend/daemon/commands.h"

#include <QtCore/QCoreApplication>

#include <CLI/CLI.hpp>
#include <sodium.h>

using namespace Drover;

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    if (sodium_init() < 0)
        return 1;

    CLI::App app("droverd: keeps a durable queue of tasks and gives them to the machines that run them");
    app.set_version_flag("--version", programVersion().toStdString());
    app.require_subcommand(1);
    std::string data = defaultDataDirectory().toStdString();
    std::string listen = "127.0.0.1:7443";
    std::string postgres;
    std::string portFile;
    std::string logFile;
    std::string admin = "admin";
    std::vector<std::string> addresses;

    CLI::App *init = app.add_subcommand("init", "make the data directory, the certificate authority and the first administrator's invitation");
    CLI::App *run = app.add_subcommand("run", "run until SIGTERM");
    for (CLI::App *command : {init, run}) {
        command->add_option("--data", data, "where everything is kept")->capture_default_str();
        command->add_option("--listen", listen, "address and port to listen on")->capture_default_str();
        command->add_option("--address", addresses, "host:port under which it is reached from elsewhere; may be repeated");
        command->add_option("--postgres", postgres, "connection string of a PostgreSQL database instead of SQLite");
    }
    init->add_option("--admin", admin, "name of the first administrator")->capture_default_str();
    run->add_option("--port-file", portFile, "file that gets the port once it listens");
    run->add_option("--log", logFile, "log file, rotated; standard error without it");
    CLI11_PARSE(app, argc, argv);

    DaemonSettings settings;
    settings.dataDirectory = QString::fromStdString(data);
    settings.listen = QString::fromStdString(listen);
    settings.postgres = QString::fromStdString(postgres);
    settings.portFile = QString::fromStdString(portFile);
    for (const std::string &address : addresses)
        settings.addresses.append(QString::fromStdString(address));
    startLogging({.file = QString::fromStdString(logFile)});
    return init->parsed() ? initialise(settings, QString::fromStdString(admin)) : Drover::run(settings);
}
