#pragma once

#include "backend/daemon/daemonsettings.h"

#include <QtCore/QList>

namespace Drover {

/// One thing that a daemon needs, and how it stands.
struct Finding
{
    enum class Kind { Good, Doubtful, Bad };

    Kind kind = Kind::Good;
    QString subject; ///< "certificates"
    QString words; ///< what is so
    QString remedy; ///< of what is not good
};

/// Looks at what droverd needs: data directory, certificates, database, port, disk. Changes
/// nothing; may be called beside a daemon that runs. Blocks.
QList<Finding> checkEverything(const DaemonSettings &settings);

/// A line each, "good  disk: …", with the remedy below it.
QString printed(const QList<Finding> &findings);

} // namespace Drover
