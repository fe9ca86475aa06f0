#include "app/cli/exitstatus.h"

#include "app/cli/clitext.h"

#include <QtCore/QStringList>

using namespace Qt::StringLiterals;

namespace Drover {

ExitStatus exitStatusOf(ErrorCode code)
{
    switch (code) {
    case ErrorCode::NotFound:
        return ExitStatus::NotFound;
    case ErrorCode::NotSignedIn:
    case ErrorCode::NotPermitted:
        return ExitStatus::NotPermitted;
    case ErrorCode::Unreachable:
    case ErrorCode::Untrusted:
        return ExitStatus::Unreachable;
    case ErrorCode::TimedOut:
        return ExitStatus::TimedOut;
    case ErrorCode::Interrupted:
        return ExitStatus::Interrupted;
    default:
        return ExitStatus::Refused;
    }
}

QStringList exitStatusLines()
{
    const auto line = [](ExitStatus status, const QString &words) {
        return u"%1  %2"_s.arg(int(status), 3).arg(words);
    };
    return {
        line(ExitStatus::Ok, CliText::tr("done; for wait: all of the tasks succeeded")),
        line(ExitStatus::SomeFailed,
             CliText::tr("some of the tasks failed, were cancelled, or were refused")),
        line(ExitStatus::Usage,
             CliText::tr("the command line or a file is wrong; nothing was sent")),
        line(ExitStatus::NotFound, CliText::tr("there is no such task, batch, machine or profile")),
        line(ExitStatus::NotPermitted, CliText::tr("not signed in, or not permitted")),
        line(ExitStatus::Unreachable,
             CliText::tr("the daemon does not answer, or is not the one we trust")),
        line(ExitStatus::Refused, CliText::tr("the daemon refused it; the error says why")),
        line(ExitStatus::TimedOut, CliText::tr("it took longer than allowed")),
        line(ExitStatus::Interrupted,
             CliText::tr("interrupted; what was begun in the daemon goes on")),
    };
}

} // namespace Drover
