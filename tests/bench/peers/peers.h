#pragma once

#include <QtCore/QJsonObject>
#include <QtCore/QProcess>

namespace Drover {

/// Runs a peer's script to its end; it prints one JSON object. Empty with a word on standard error
/// where it cannot run here.
inline QJsonObject peerFigures(const QString &script, const QStringList &arguments)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    process.start(QString(DROVER_SOURCE_DIR) + "/tests/bench/peers/" + script, arguments);
    process.waitForFinished(-1);
    return QJsonDocument::fromJson(process.readAllStandardOutput()).object();
}

} // namespace Drover
