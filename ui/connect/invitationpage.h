#pragma once

#include "app/client/connection.h"
#include "backend/tls/invitationlink.h"
#include "ui/connect/newserver.h"

#include <QtWidgets/QWidget>

QT_FORWARD_DECLARE_CLASS(QLabel)
QT_FORWARD_DECLARE_CLASS(QLineEdit)
QT_FORWARD_DECLARE_CLASS(QPlainTextEdit)

namespace Drover {

class Look;

/// Joining by an invitation: what it says is shown before it is used, for it is good once.
class InvitationPage : public QWidget
{
    Q_OBJECT

public:
    InvitationPage(Look &look, Connection &connection, QWidget *parent = nullptr);

    void setText(const QString &text);
    bool isReady() const { return m_link.has_value(); }
    void join(const QString &profileName);

signals:
    void changed(); ///< it became ready, or is no more
    void joined(const Drover::NewServer &server);
    void failed(const Drover::Error &error);

private:
    void read();

    Look &m_look;
    Connection &m_connection;
    std::optional<InvitationLink> m_link;
    QPlainTextEdit *m_text;
    QLabel *m_said;
    QLineEdit *m_user;
    QLineEdit *m_password;
};

} // namespace Drover
