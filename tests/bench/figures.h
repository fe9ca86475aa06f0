#pragma once

#include <QtCore/QElapsedTimer>
#include <QtCore/QFile>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QList>

#include <algorithm>
#include <cstdio>

namespace Drover {

inline double percentile(QList<double> values, double p)
{
    std::ranges::sort(values);
    return values.isEmpty() ? 0 : values[qsizetype(double(values.size() - 1) * p)];
}

inline double median(const QList<double> &values)
{
    return percentile(values, 0.5);
}

/// The medians of `values[i] / others[i]`: rounds are interleaved, so that what slows one slows both.
inline double medianRatio(const QList<double> &values, const QList<double> &others)
{
    QList<double> ratios;
    for (qsizetype i = 0; i < std::min(values.size(), others.size()); ++i) {
        if (others[i] > 0)
            ratios.append(values[i] / others[i]);
    }
    return median(ratios);
}

inline double rateSince(const QElapsedTimer &timer, double count)
{
    return count * 1e9 / double(timer.nsecsElapsed());
}

/// Writes the figures where `file` says; nothing where it is empty.
inline void writeFigures(const QString &file, const QJsonObject &figures)
{
    QFile out(file);
    if (!file.isEmpty() && out.open(QIODevice::WriteOnly))
        out.write(QJsonDocument(figures).toJson());
}

} // namespace Drover
