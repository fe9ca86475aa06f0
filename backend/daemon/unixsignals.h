#pragma once

#include <QtCore/QObject>

namespace Drover {

/// SIGTERM, SIGINT and SIGHUP as Qt signals, through a signalfd. One per program, made before other
/// threads are started, so that all of them inherit the blocked signals. Main thread.
class UnixSignals : public QObject
{
    Q_OBJECT

public:
    explicit UnixSignals(QObject *parent = nullptr);
    ~UnixSignals() override;

signals:
    void terminated();
    void hungUp();

private:
    int m_fd = -1;
};

} // namespace Drover
