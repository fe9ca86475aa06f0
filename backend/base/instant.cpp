#include "backend/base/instant.h"

#include <QtCore/QDateTime>
#include <QtCore/QTimeZone>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

QString toIso(Instant instant)
{
    if (!isSet(instant))
        return {};
    return QDateTime::fromMSecsSinceEpoch(toMicroseconds(instant) / 1000, Qt::UTC)
        .toString(Qt::ISODateWithMs);
}

std::optional<Instant> fromIso(const QString &text)
{
    QDateTime time = QDateTime::fromString(text, Qt::ISODateWithMs);
    if (!time.isValid())
        time = QDateTime::fromString(text, u"yyyy-MM-dd HH:mm"_s);
    if (!time.isValid())
        return std::nullopt;
    if (time.timeSpec() == Qt::LocalTime)
        time.setTimeSpec(Qt::UTC);
    return fromMicroseconds(time.toMSecsSinceEpoch() * 1000);
}

QString printedDuration(std::chrono::microseconds duration)
{
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
    if (ms < 1000)
        return u"%1 ms"_s.arg(ms);
    const qint64 seconds = ms / 1000;
    if (seconds < 10)
        return u"%1 s"_s.arg(double(ms) / 1000, 0, 'f', 1);
    if (seconds < 60)
        return u"%1 s"_s.arg(seconds);
    if (seconds < 3600)
        return u"%1 m %2 s"_s.arg(seconds / 60).arg(seconds % 60);
    if (seconds < 86400)
        return u"%1 h %2 m"_s.arg(seconds / 3600).arg(seconds / 60 % 60);
    return u"%1 d %2 h"_s.arg(seconds / 86400).arg(seconds / 3600 % 24);
}

std::optional<std::chrono::milliseconds> durationOf(QStringView text)
{
    constexpr std::pair<QLatin1StringView, double> units[]
        = {{"ms"_L1, 1}, {"s"_L1, 1e3}, {"m"_L1, 6e4}, {"h"_L1, 3.6e6}, {"d"_L1, 8.64e7}};
    constexpr double tenYears = 3.2e11; // past this it is a slip of the pen
    text = text.trimmed();
    if (text.isEmpty())
        return std::nullopt;
    double total = 0;
    while (!text.isEmpty()) {
        qsizetype digits = 0;
        while (digits < text.size() && (text[digits].isDigit() || text[digits] == u'.'))
            ++digits;
        bool ok = false;
        const double number = text.first(digits).toDouble(&ok);
        if (!ok)
            return std::nullopt;
        text = text.sliced(digits).trimmed();
        qsizetype letters = 0;
        while (letters < text.size() && text[letters].isLetter())
            ++letters;
        const QStringView unit = letters == 0 ? QStringView(u"s") : text.first(letters);
        const auto known = std::ranges::find_if(units, [&](const auto &u) { return unit == u.first; });
        if (known == std::end(units))
            return std::nullopt;
        total += number * known->second;
        text = text.sliced(letters).trimmed();
    }
    if (total > tenYears)
        return std::nullopt;
    return std::chrono::milliseconds(qint64(total));
}

} // namespace Drover
