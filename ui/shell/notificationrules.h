#pragma once

#include <QtCore/QHash>
#include <QtCore/QJsonObject>
#include <QtCore/QString>

#include <array>

namespace Drover {

/// What may be told without being asked.
enum class Occasion { BatchFailed, BatchEnded, MachineLost, OperationFailed, ConnectionLost, HeldByAnother };
constexpr int occasionCount = 6;

enum class Telling { Nothing, Bell, Desktop };

/// How each occasion is told, as the person chose. A value.
class NotificationRules
{
public:
    Telling of(Occasion occasion) const { return m_tellings[size_t(occasion)]; }
    void set(Occasion occasion, Telling telling) { m_tellings[size_t(occasion)] = telling; }

    static QString words(Occasion occasion); ///< "A batch has failures"

    QJsonObject toJson() const;
    /// What it does not name stays as at the first start.
    static NotificationRules fromJson(const QJsonObject &json);

private:
    std::array<Telling, occasionCount> m_tellings {Telling::Desktop, Telling::Bell,    Telling::Desktop,
                                                   Telling::Bell,    Telling::Desktop, Telling::Bell};
};

} // namespace Drover
