#pragma once

#include "ui/widgets/sheetcontent.h"

QT_FORWARD_DECLARE_CLASS(QFormLayout)
QT_FORWARD_DECLARE_CLASS(QLabel)

namespace Drover {

class Connection;
struct ConnectionStatus;
struct Profile;

/// How the connection to a server is, in whole: state, address, who one is, what went wrong last.
class ConnectionSheet : public SheetContent
{
    Q_OBJECT

public:
    ConnectionSheet(Look &look, Connection &connection, const Profile &profile, const QString &secretsKept);

signals:
    void forgetAsked(); ///< the profile and its token leave this computer

private:
    QLabel *addRow(QFormLayout &form, const QString &name, const QString &words);
    void follow();

    Look &m_look;
    Connection &m_connection;
    QLabel *m_state;
    QLabel *m_address;
    QLabel *m_latency;
    QLabel *m_heard;
    QLabel *m_who;
    QLabel *m_daemon;
    QLabel *m_error;
};

} // namespace Drover
