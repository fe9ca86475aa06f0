#include "ui/diagnostics/framemeter.h"

#include <QtCore/QEvent>
#include <QtWidgets/QApplication>
#include <QtWidgets/QWidget>

#include <algorithm>
#include <cmath>

namespace Drover {

FrameMeter::FrameMeter(QObject *parent) : QObject(parent)
{
    qApp->installEventFilter(this);
}

bool FrameMeter::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() != QEvent::UpdateRequest || m_measuring)
        return false;
    auto *widget = qobject_cast<QWidget *>(watched);
    if (!widget || !widget->isWindow())
        return false;
    // Let it draw here, so that it can be timed.
    m_measuring = true;
    QElapsedTimer timer;
    timer.start();
    watched->event(event);
    m_measuring = false;
    m_times[size_t(m_count++) % m_times.size()] = double(timer.nsecsElapsed()) / 1e6;
    return true;
}

double FrameMeter::at(double part) const
{
    if (m_count == 0)
        return 0;
    std::array<double, 256> sorted = m_times;
    std::sort(sorted.begin(), sorted.begin() + count());
    return sorted[size_t(std::min(count() - 1, int(std::floor(part * count()))))];
}

} // namespace Drover
