#include "app/cli/command.h"

#include "app/cli/clitext.h"

using namespace Qt::StringLiterals;

namespace Drover {

bool Invocation::json() const
{
    return args.has(u"--json"_s);
}

const QList<Option> &commonOptions()
{
    static const QList<Option> options{
        flag(u"--json"_s, CliText::tr("one JSON document, for programs")),
        {.name = u"--profile"_s,
         .value = u"NAME"_s,
         .words = CliText::tr("the daemon to work with; else DROVER_PROFILE, else the default")},
        flag(u"--no-color"_s, CliText::tr("no colours; NO_COLOR does the same")),
        flag(u"--yes"_s, CliText::tr("do not ask"), u"-y"_s),
        flag(u"--help"_s, CliText::tr("this"), u"-h"_s),
    };
    return options;
}

ExitStatus failed(Invocation &invocation, const Error &error)
{
    invocation.screen.error(error);
    return exitStatusOf(error.code);
}

ExitStatus misused(Invocation &invocation, const QString &what)
{
    invocation.screen.error(fail(ErrorCode::Invalid, what));
    return ExitStatus::Usage;
}

} // namespace Drover
