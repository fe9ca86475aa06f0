#include "ui/shell/notificationrules.h"

#include <QtCore/QCoreApplication>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

struct RuleText
{
    Q_DECLARE_TR_FUNCTIONS(NotificationRules)
};

// In the file: never renamed.
constexpr std::array<QLatin1StringView, occasionCount> occasionNames{
    "batchFailed"_L1, "batchEnded"_L1, "machineLost"_L1, "operationFailed"_L1, "connectionLost"_L1, "heldByAnother"_L1};
constexpr std::array tellingNames{"nothing"_L1, "bell"_L1, "desktop"_L1};

} // namespace

QString NotificationRules::words(Occasion occasion)
{
    switch (occasion) {
    case Occasion::BatchFailed: return RuleText::tr("A batch ended with failures");
    case Occasion::BatchEnded: return RuleText::tr("A batch ended well");
    case Occasion::MachineLost: return RuleText::tr("A machine is lost");
    case Occasion::OperationFailed: return RuleText::tr("An operation failed");
    case Occasion::ConnectionLost: return RuleText::tr("The connection is lost");
    case Occasion::HeldByAnother: return RuleText::tr("Everything is held, or goes on again");
    }
    return {};
}

QJsonObject NotificationRules::toJson() const
{
    QJsonObject json;
    for (size_t i = 0; i < m_tellings.size(); ++i)
        json.insert(occasionNames[i], QString(tellingNames[size_t(m_tellings[i])]));
    return json;
}

NotificationRules NotificationRules::fromJson(const QJsonObject &json)
{
    NotificationRules rules;
    for (size_t i = 0; i < occasionNames.size(); ++i) {
        const QString name = json.value(occasionNames[i]).toString();
        for (size_t telling = 0; telling < tellingNames.size(); ++telling) {
            if (name == tellingNames[telling])
                rules.set(Occasion(i), Telling(telling));
        }
    }
    return rules;
}

} // namespace Drover
