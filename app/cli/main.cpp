#include "app/cli/cli.h"
#include "backend/base/logging.h"
#include "backend/base/terminal.h"
#include "backend/base/version.h"

#include <QtCore/QCoreApplication>

#include <cstdio>
#include <cstdlib>

using namespace Drover;
using namespace Qt::StringLiterals;

namespace {

// At once: whoever follows a log must see it, and a reader that has gone ends us.
void writeTo(FILE *file, const QByteArray &bytes)
{
    const bool written
        = std::fwrite(bytes.constData(), 1, size_t(bytes.size()), file) == size_t(bytes.size())
        && std::fflush(file) == 0;
    if (!written)
        std::_Exit(file == stdout ? 141 : 1); // as a shell has it for a closed pipe
}

ScreenSettings settingsOfHere()
{
    ScreenSettings settings;
    settings.isTerminal = isTerminal(StandardStream::Out);
    settings.isErrorTerminal = isTerminal(StandardStream::Error);
    settings.hasInput = !isTerminal(StandardStream::In);
    settings.canAsk = isTerminal(StandardStream::In) && settings.isErrorTerminal;
    settings.width = terminalWidth();
    const bool colorUnwanted
        = !qEnvironmentVariableIsEmpty("NO_COLOR") || qEnvironmentVariable("TERM") == "dumb"_L1;
    settings.color = settings.isTerminal && !colorUnwanted;
    return settings;
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(u"drover"_s);
    QCoreApplication::setApplicationVersion(programVersion());
    startLogging({.file = {}, .level = LogLevel::Error});
    leaveOnInterrupt();
    Screen screen(
        settingsOfHere(), [](const QByteArray &bytes) { writeTo(stdout, bytes); },
        [](const QByteArray &bytes) { writeTo(stderr, bytes); });
    const ProfileStore profiles;
    return int(runCli(application.arguments().sliced(1), screen, profiles,
                      qEnvironmentVariable("DROVER_PROFILE")));
}
