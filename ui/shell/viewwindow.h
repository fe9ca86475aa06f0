#pragma once

#include <QtWidgets/QWidget>

namespace Drover {

class ActionRegistry;
class Look;
class View;
struct ServerFace;

/// A view that was torn off: a window with the stripe of its server. Closing it gives the view back.
class ViewWindow : public QWidget
{
    Q_OBJECT

public:
    ViewWindow(const Look &look, const ActionRegistry &actions, const ServerFace &face, View *view);

    View *view() const { return m_view; }
    View *release();

signals:
    void closing();

protected:
    void closeEvent(QCloseEvent *event) override;

private:
    View *m_view;
};

} // namespace Drover
