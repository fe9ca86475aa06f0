#pragma once

#include "ui/diagnostics/diagnosticsbundle.h"
#include "ui/diagnostics/framemeter.h"
#include "ui/shell/view.h"
#include "ui/shell/viewkind.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QTimer>

QT_FORWARD_DECLARE_CLASS(QLabel)
QT_FORWARD_DECLARE_CLASS(QVBoxLayout)

namespace Drover {

class Watchdog;

/// Link, latency, frames, memory, versions, what the watchdog found; saved as a bundle without secrets.
class DiagnosticsView : public View
{
    Q_OBJECT

public:
    explicit DiagnosticsView(Shell &shell);

    QString title() const override;
    QString iconName() const override;
    QStringList actionIds() const override;
    void run(const QString &actionId) override;
    void activated() override;

    QList<DiagnosticsGroup> groups() const;

private:
    DiagnosticsGroup connectionGroup() const;
    DiagnosticsGroup programGroup() const;
    DiagnosticsGroup serverGroup() const;
    DiagnosticsGroup windowGroup() const;
    void refresh();
    void save();

    const Watchdog *m_watchdog;
    FrameMeter m_frames;
    QTimer m_seconds;
    QVBoxLayout *m_column;
    QHash<QString, QLabel *> m_values; // by group and row
};

ViewKind diagnosticsKind();

} // namespace Drover
