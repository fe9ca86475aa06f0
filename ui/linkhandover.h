#pragma once

#include <QtCore/QObject>

QT_FORWARD_DECLARE_CLASS(QLocalServer)

namespace Drover {

/// Links that the desktop opens go to the console that runs already: the second one hands its link
/// over and ends. For this user alone.
class LinkHandover : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    /// To a console that runs; false where there is none, or it does not answer.
    static bool handOver(const QString &link);
    /// From now on others' links come here; another console that does so already keeps them.
    void listen();

signals:
    void linkCame(const QString &link);

private:
    void onConnection();
    static QString name();

    QLocalServer *m_server = nullptr;
};

} // namespace Drover
