#pragma once

#include <QtCore/QElapsedTimer>
#include <QtCore/QObject>

#include <array>

namespace Drover {

/// How long the window takes to draw: from each request to update a top-level window until the end of
/// it. Of the last 256. GUI thread.
class FrameMeter : public QObject
{
    Q_OBJECT

public:
    explicit FrameMeter(QObject *parent = nullptr);

    int count() const { return std::min(m_count, int(m_times.size())); }
    double median() const { return at(0.5); } ///< ms
    double p95() const { return at(0.95); }
    double worst() const { return at(1); }

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    double at(double part) const;

    std::array<double, 256> m_times {};
    int m_count = 0;
    bool m_measuring = false;
};

} // namespace Drover
