#include "ui/diagnostics/diagnosticsbundle.h"

#include <QtCore/QRegularExpression>

using namespace Qt::StringLiterals;

namespace Drover {

QString withoutSecrets(QString text)
{
    static const QRegularExpression invitation(uR"(drover://join/\S+)"_s);
    static const QRegularExpression named(uR"((?i)\b(token|password|secret|passphrase)(["']?\s*[:=]\s*["']?)[^\s"',}]+)"_s);
    static const QRegularExpression inAddress(uR"(://[^/\s:@]+:[^/\s@]+@)"_s);
    text.replace(invitation, u"drover://join/(taken out)"_s);
    text.replace(named, u"\\1\\2(taken out)"_s);
    text.replace(inAddress, u"://(taken out)@"_s);
    return text;
}

QString bundleText(const QList<DiagnosticsGroup> &groups)
{
    QString text;
    for (const DiagnosticsGroup &group : groups) {
        text += group.title + u'\n';
        for (const auto &[name, value] : group.rows)
            text += u"  "_s + name + u": "_s + value + u'\n';
        text += u'\n';
    }
    return withoutSecrets(text);
}

} // namespace Drover
