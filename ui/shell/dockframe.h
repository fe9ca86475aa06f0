#pragma once

#include "ui/shell/viewkind.h"

#include <QtWidgets/QDockWidget>

QT_FORWARD_DECLARE_CLASS(QToolButton)

namespace Drover {

class Look;

/// A dock that makes its view when it is first seen. GUI thread.
class DockFrame : public QDockWidget
{
    Q_OBJECT

public:
    DockFrame(Shell &shell, const Look &look, ViewKind kind, QWidget *parent);

    const ViewKind &kind() const { return m_kind; }
    /// Null until it was seen.
    View *view() const { return m_view; }
    View *need();

signals:
    void made(Drover::View *view);

protected:
    void showEvent(QShowEvent *event) override;

private:
    Shell &m_shell;
    ViewKind m_kind;
    View *m_view = nullptr;
};

/// Its title, 32 high: icon, name, close.
class DockTitle : public QWidget
{
    Q_OBJECT

public:
    DockTitle(const Look &look, QDockWidget &dock, const QString &icon);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    const Look &m_look;
    QDockWidget &m_dock;
    QString m_icon;
};

} // namespace Drover
