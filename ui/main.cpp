#include "backend/base/logging.h"
#include "backend/base/version.h"
#include "ui/console.h"
#include "ui/englishplurals.h"
#include "ui/linkhandover.h"
#include "ui/pseudotranslator.h"
#include "ui/views.h"

#include <QtCore/QCommandLineParser>
#include <QtWidgets/QApplication>

#include <cstdio>

using namespace Qt::StringLiterals;
using namespace Drover;

int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    QApplication::setApplicationName(u"drover-console"_s);
    QApplication::setApplicationDisplayName(u"Drover"_s);
    QApplication::setApplicationVersion(programVersion());
    QApplication::setDesktopFileName(u"drover-console"_s);
    QApplication::setQuitOnLastWindowClosed(false); // torn-off windows come and go
    EnglishPlurals plurals;
    QApplication::installTranslator(&plurals);
    PseudoTranslator pseudo;
    if (qEnvironmentVariableIntValue("DROVER_PSEUDO") == 1)
        QApplication::installTranslator(&pseudo);

    QCommandLineParser parser;
    parser.setApplicationDescription(QCoreApplication::translate("main", "The console of Drover."));
    const QCommandLineOption profile(u"profile"_s, QCoreApplication::translate("main", "Shows this server."), u"name"_s);
    const QCommandLineOption logFile(u"log"_s, QCoreApplication::translate("main", "Writes the log to this file."), u"file"_s);
    parser.addOptions({profile, logFile});
    parser.addPositionalArgument(u"link"_s, QCoreApplication::translate("main", "A drover:// link to open."), u"[link]"_s);
    parser.addHelpOption();
    parser.addVersionOption();
    parser.process(application);
    LogTarget log;
    log.file = parser.value(logFile);
    log.level = LogLevel::Warning;
    startLogging(log);

    const QStringList links = parser.positionalArguments();
    if (!links.isEmpty() && LinkHandover::handOver(links.first()))
        return 0;
    LinkHandover handover;

    Console console(ProfileStore(), viewKinds());
    console.start(parser.value(profile));
    for (const QString &link : links)
        console.openLink(link);
    QObject::connect(&handover, &LinkHandover::linkCame, &console, &Console::openLink);
    handover.listen();
    return QApplication::exec();
}
