#pragma once

#include "ui/shell/droptarget.h"

#include <QtWidgets/QWidget>

namespace Drover {

class Look;
class View;

/// Takes what is dragged over an area with views: asks the view under the pointer what a drop there would
/// do, outlines it and says so, and does it. What nobody can use is refused as it enters. Dropped files are
/// copied from, never moved. A child of the area, over it while something is dragged. GUI thread.
class DropZone : public QWidget
{
    Q_OBJECT

public:
    DropZone(const Look &look, QWidget *area);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void aim(QPoint place);
    void leave();

    const Look &m_look;
    QWidget *m_area;
    DroppedThings m_things;
    DropTarget m_target;
    QRect m_rect; // of the target, in the area
};

} // namespace Drover
