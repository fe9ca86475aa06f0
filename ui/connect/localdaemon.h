#pragma once

#include "backend/base/result.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

QT_FORWARD_DECLARE_CLASS(QProcess)

namespace Drover {

/// A daemon of one's own on this computer: made (`droverd init`) where there is none yet, started in
/// the background, and the invitation that it gave. It outlives the console.
class LocalDaemon : public QObject
{
    Q_OBJECT

public:
    /// `program`: droverd; `state`: where its data goes.
    LocalDaemon(QString program, QString state, QObject *parent = nullptr);

    /// droverd beside this program, or on the path; $XDG_STATE_HOME/drover.
    static QString usualProgram();
    static QString usualState();

    void start();

signals:
    void progress(const QString &words);
    void ready(const QString &invitation);
    void failed(const Drover::Error &error);

private:
    void initialise();
    void onInitialised(int status);
    void run();
    void look();

    QString m_program;
    QString m_state;
    QString m_invitation;
    QProcess *m_init = nullptr;
    QTimer m_looks;
    int m_looked = 0;
};

} // namespace Drover
