#pragma once

#include "app/client/connection.h"

#include <QtCore/QObject>

namespace Drover {

/// Takes tasks to the daemon: the files they take, then the tasks, all of them or none. Under one key until
/// it has succeeded, so that pressing the button again after a lost answer queues nothing twice. GUI thread.
class SubmitRun : public QObject
{
    Q_OBJECT

public:
    explicit SubmitRun(Connection &connection, QObject *parent = nullptr);

    void start(const Submit &request);
    bool isBusy() const { return m_busy; }
    void cancel();

signals:
    void progressed(const QString &words);
    void submitted(const Drover::Submitted &result);
    /// The request was a dry run, and is good.
    void checked();
    void failed(const Drover::Error &error);

private:
    void handIn();
    void submit();
    void finish();

    Connection &m_connection;
    Submit m_request;
    QByteArray m_said; // what the key stands for
    QString m_key;
    std::unique_ptr<QObject> m_round; // handlers of a cancelled one are dropped with it
    bool m_busy = false;
};

} // namespace Drover
