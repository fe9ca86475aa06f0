#include "backend/base/size.h"

#include <array>
#include <cmath>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr QLatin1StringView letters = "kmgtpe"_L1;

// 1 for "" and "b"; nothing for what is no unit.
std::optional<double> factorOf(const QString &unit)
{
    if (unit.isEmpty() || unit == "b"_L1)
        return 1.0;
    const qsizetype power = letters.indexOf(unit.front());
    if (power < 0)
        return std::nullopt;
    const QStringView rest = QStringView(unit).sliced(1);
    if (rest.isEmpty() || rest == "ib"_L1)
        return std::pow(1024.0, double(power + 1));
    if (rest == "b"_L1)
        return std::pow(1000.0, double(power + 1));
    return std::nullopt;
}

} // namespace

QString printedSize(qint64 bytes)
{
    constexpr std::array units{"B"_L1, "kB"_L1, "MB"_L1, "GB"_L1, "TB"_L1, "PB"_L1, "EB"_L1};
    double number = double(bytes);
    size_t unit = 0;
    // 999.95 would print as 1000.0
    while (std::abs(number) >= 999.95 && unit + 1 < units.size()) {
        number /= 1000;
        ++unit;
    }
    QString digits = QString::number(number, 'f', unit == 0 ? 0 : 1);
    if (digits.endsWith(".0"_L1))
        digits.chop(2);
    return digits + u' ' + units.at(unit);
}

std::optional<qint64> sizeOf(QStringView text)
{
    text = text.trimmed();
    qsizetype digits = 0;
    while (digits < text.size() && (text[digits].isDigit() || text[digits] == u'.'))
        ++digits;
    bool ok = false;
    const double number = text.first(digits).toDouble(&ok);
    const auto factor = factorOf(text.sliced(digits).trimmed().toString().toLower());
    if (!ok || !factor)
        return std::nullopt;
    const double bytes = std::round(number * *factor);
    constexpr double most = 9.2e18;
    if (!std::isfinite(bytes) || bytes > most)
        return std::nullopt;
    return qint64(bytes);
}

} // namespace Drover
