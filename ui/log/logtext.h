#pragma once

#include <QtCore/QCoreApplication>

namespace Drover {

/// Translations of what is drawn in a log.
class LogText
{
    Q_DECLARE_TR_FUNCTIONS(LogText)
};

} // namespace Drover
