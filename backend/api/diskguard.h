#pragma once

#include "backend/settings/settings.h"
#include "backend/store/events.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

namespace Drover {

/// Keeps a disk that fills up workable. Below `disk.refuse-below` nothing new is taken on; what was
/// taken on goes on. When there is hardly anything left the ballast, a file that only takes room, is
/// given up, and output waits at the agents, so that reports, signing in and cleaning up find room
/// in the database. All of it ends by itself when there is room again.
///
/// It looks each second, in the file thread. Lives in the state thread.
class DiskGuard : public QObject
{
    Q_OBJECT

public:
    enum class State {
        Ample,
        Low, ///< nothing new
        Full, ///< and no output
    };

    /// `files` is an object of the file thread. `settings` may change meanwhile.
    DiskGuard(const Settings &settings, QString directory, Events &events, QObject &files,
              QObject *parent = nullptr);

    void start();
    /// The database found no room: what there is helps at once.
    void giveUpBallast();

    State state() const { return m_state; }
    /// LimitReached, in words, where nothing new is taken on.
    Result<void> mayGrow() const;

signals:
    void changed();

private:
    struct Measured
    {
        qint64 free = 0;
        bool hasBallast = false;
    };

    qint64 setting(QLatin1StringView key) const { return m_settings.number(key); }
    QString ballastFile() const { return m_directory + QStringLiteral("/ballast"); }
    void measure();
    void onMeasured(const Measured &now);
    State next(qint64 free) const;
    void tell(State before);
    void makeBallast(qint64 size);

    const Settings &m_settings;
    QString m_directory;
    Events &m_events;
    QObject &m_files;
    QTimer m_looks;
    State m_state = State::Ample;
    qint64 m_free = 0;
    bool m_measuring = false;
};

} // namespace Drover
