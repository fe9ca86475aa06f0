#pragma once

#include <QtCore/QList>
#include <QtCore/QString>

namespace Drover {

/// What Diagnostics knows, group by group, as it is shown and as it is saved. Pure.
struct DiagnosticsGroup
{
    QString title;
    QList<std::pair<QString, QString>> rows;
};

/// As text to send to somebody. What looks like a secret (tokens, invitations, passwords in addresses)
/// is taken out whatever group it stands in.
QString bundleText(const QList<DiagnosticsGroup> &groups);

/// The text without secrets.
QString withoutSecrets(QString text);

} // namespace Drover
