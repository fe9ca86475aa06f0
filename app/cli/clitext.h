#pragma once

#include <QtCore/QCoreApplication>

namespace Drover {

/// `CliText::tr("…")`: every text of the command line that a person reads, in a form lupdate finds.
class CliText
{
    Q_DECLARE_TR_FUNCTIONS(cli)
};

} // namespace Drover
