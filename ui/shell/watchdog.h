#pragma once

#include <QtCore/QDateTime>
#include <QtCore/QMutex>
#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <atomic>
#include <memory>

QT_FORWARD_DECLARE_CLASS(QThread)

namespace Drover {

/// A time the GUI thread did not answer.
struct Block
{
    QDateTime at;
    std::chrono::milliseconds length {0};
    QString action; ///< that ran then; empty: none
};

/// Watches the GUI thread from another: whoever keeps it longer than 50 ms is logged with the name of
/// the action that ran, while it still hangs if it hangs long. Findings are for Diagnostics.
///
/// Lives in the GUI thread; the other thread only reads a clock and logs.
class Watchdog : public QObject
{
    Q_OBJECT

public:
    static constexpr std::chrono::milliseconds limit {50};

    explicit Watchdog(QObject *parent = nullptr);
    ~Watchdog() override;

    /// What is being done from now on; empty: nothing of ours.
    void setAction(const QString &id);
    /// Newest last, at most 200.
    QList<Block> findings() const { return m_findings; }
    std::chrono::milliseconds longest() const { return m_longest; }
    qint64 turns() const { return m_turns; }

signals:
    void found(const Drover::Block &block);

private:
    void beat();
    void watch();

    QTimer m_beats;
    qint64 m_lastBeat = 0; // ms, steady
    qint64 m_turns = 0;
    QList<Block> m_findings;
    std::chrono::milliseconds m_longest {0};
    std::atomic<qint64> m_seen {0}; // the last beat, for the other thread
    std::atomic<bool> m_stop {false};
    mutable QMutex m_lock; // guards m_action
    QString m_action;
    QString m_lastAction;
    std::unique_ptr<QThread> m_thread;
};

} // namespace Drover
