#include "backend/series/seriespoints.h"

#include <algorithm>
#include <array>

using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr qint64 CountPoint::*countMembers[] = {&CountPoint::waiting,   &CountPoint::queued, &CountPoint::started,
                                               &CountPoint::succeeded, &CountPoint::failed, &CountPoint::cancelled};
constexpr qint64 LoadPoint::*loadMembers[]
    = {&LoadPoint::cpu, &LoadPoint::memory, &LoadPoint::disk, &LoadPoint::netIn, &LoadPoint::netOut};
constexpr QList<qint64> CountSeries::*countLists[]
    = {&CountSeries::waiting,   &CountSeries::queued, &CountSeries::started,
       &CountSeries::succeeded, &CountSeries::failed, &CountSeries::cancelled};
constexpr QList<qint64> LoadSeries::*loadLists[]
    = {&LoadSeries::cpu, &LoadSeries::memory, &LoadSeries::disk, &LoadSeries::netIn, &LoadSeries::netOut};

// Seven bits a byte, the lowest first: most figures are small.
void putNumber(QByteArray &bytes, qint64 value)
{
    auto left = quint64(std::max<qint64>(0, value));
    while (left > 127) {
        bytes.append(char(left | 128));
        left >>= 7;
    }
    bytes.append(char(left));
}

bool takeNumber(QByteArrayView &bytes, qint64 &value)
{
    value = 0;
    for (int shift = 0; shift < 63 && !bytes.isEmpty(); shift += 7) {
        const auto byte = quint8(bytes.front());
        bytes = bytes.sliced(1);
        value |= qint64(byte & 127) << shift;
        if (byte < 128)
            return true;
    }
    return false;
}

template<typename Point, size_t n>
SeriesRow pack(SeriesKind kind, const QString &subject, const std::vector<Point> &points, qint64 Point::*const (&members)[n])
{
    Q_ASSERT(!points.empty());
    SeriesRow row {.kind = kind, .subject = subject, .start = points.front().at, .points = {}};
    for (const Point &point : points) {
        putNumber(row.points, std::chrono::round<std::chrono::seconds>(point.at - row.start).count());
        for (const auto member : members)
            putNumber(row.points, point.*member);
    }
    return row;
}

template<typename Point, size_t n>
std::vector<Point> unpack(const SeriesRow &row, qint64 Point::*const (&members)[n])
{
    std::vector<Point> points;
    QByteArrayView bytes = row.points;
    qint64 offset = 0;
    while (takeNumber(bytes, offset)) {
        Point point;
        point.at = row.start + std::chrono::seconds(offset);
        for (const auto member : members) {
            if (!takeNumber(bytes, point.*member))
                return points;
        }
        points.push_back(point);
    }
    return points;
}

} // namespace

void CountPoint::add(const CountPoint &other)
{
    for (const auto member : countMembers)
        this->*member += other.*member;
}

SeriesRow packed(SeriesKind kind, const QString &subject, const std::vector<CountPoint> &points)
{
    return pack(kind, subject, points, countMembers);
}

SeriesRow packed(SeriesKind kind, const QString &subject, const std::vector<LoadPoint> &points)
{
    return pack(kind, subject, points, loadMembers);
}

std::vector<CountPoint> countsIn(const SeriesRow &row)
{
    return unpack<CountPoint>(row, countMembers);
}

std::vector<LoadPoint> loadsIn(const SeriesRow &row)
{
    return unpack<LoadPoint>(row, loadMembers);
}

Grid Grid::of(Instant from, Instant to, int points, std::chrono::milliseconds finest)
{
    const auto span = std::max<std::chrono::microseconds>(to - from, finest);
    const auto wanted = span / points;
    Grid grid;
    grid.step = finest * std::max<qint64>(1, (wanted + finest - 1us) / finest);
    const auto step = std::chrono::microseconds(grid.step);
    grid.start = from - from.time_since_epoch() % step;
    grid.size = qsizetype((to - grid.start + step - 1us) / step);
    return grid;
}

qsizetype Grid::indexOf(Instant at) const
{
    if (at < start)
        return -1;
    const auto index = qsizetype((at - start) / std::chrono::microseconds(step));
    return index < size ? index : -1;
}

CountSeries folded(const Grid &grid, const std::vector<std::vector<CountPoint>> &subjects)
{
    constexpr size_t levels = 3; // waiting, queued, started
    CountSeries series {.start = grid.start, .step = grid.step};
    for (const auto list : countLists)
        series.*list = QList<qint64>(grid.size, -1);
    for (const std::vector<CountPoint> &points : subjects) {
        std::vector<const CountPoint *> last(size_t(grid.size), nullptr);
        for (const CountPoint &point : points) {
            const qsizetype i = grid.indexOf(point.at);
            if (i < 0)
                continue;
            if (!last[size_t(i)] || last[size_t(i)]->at <= point.at)
                last[size_t(i)] = &point;
            for (size_t k = levels; k < std::size(countMembers); ++k) {
                qint64 &sum = (series.*countLists[k])[i];
                sum = std::max<qint64>(0, sum) + point.*countMembers[k];
            }
        }
        for (qsizetype i = 0; i < grid.size; ++i) {
            for (size_t k = 0; last[size_t(i)] && k < levels; ++k) {
                qint64 &sum = (series.*countLists[k])[i];
                sum = std::max<qint64>(0, sum) + last[size_t(i)]->*countMembers[k];
            }
        }
    }
    return series;
}

LoadSeries folded(const Grid &grid, const std::vector<LoadPoint> &points)
{
    LoadSeries series {.start = grid.start, .step = grid.step};
    QList<qint64> counts(grid.size, 0);
    for (const auto list : loadLists)
        series.*list = QList<qint64>(grid.size, -1);
    for (const LoadPoint &point : points) {
        const qsizetype i = grid.indexOf(point.at);
        if (i < 0)
            continue;
        ++counts[i];
        for (size_t k = 0; k < std::size(loadMembers); ++k) {
            qint64 &sum = (series.*loadLists[k])[i];
            sum = std::max<qint64>(0, sum) + point.*loadMembers[k];
        }
    }
    for (qsizetype i = 0; i < grid.size; ++i) {
        for (size_t k = 0; counts[i] > 1 && k < std::size(loadMembers); ++k)
            (series.*loadLists[k])[i] /= counts[i];
    }
    return series;
}

} // namespace Drover
