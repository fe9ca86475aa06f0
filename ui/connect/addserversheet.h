#pragma once

#include "app/client/connection.h"
#include "ui/connect/newserver.h"
#include "ui/widgets/sheetcontent.h"

QT_FORWARD_DECLARE_CLASS(QLabel)
QT_FORWARD_DECLARE_CLASS(QLineEdit)
QT_FORWARD_DECLARE_CLASS(QStackedWidget)
QT_FORWARD_DECLARE_CLASS(QTabBar)

namespace Drover {

class AddressPage;
class InvitationPage;

/// Adding a server, by an invitation or by hand. Has a connection of its own, which ends with it.
class AddServerSheet : public SheetContent
{
    Q_OBJECT

public:
    /// `secretsKept` says where tokens and passwords go on this computer.
    AddServerSheet(Look &look, const QString &program, const QString &secretsKept);

    void setInvitation(const QString &text);
    /// Names that are taken.
    void setTaken(const QStringList &names) { m_taken = names; }

signals:
    void added(const Drover::NewServer &server);

private:
    void follow();
    void go();
    void test();
    void say(const QString &text, bool wrong);
    void onFailed(const Error &error);
    QString nameProblem() const;

    Look &m_look;
    Connection m_connection;
    QStringList m_taken;
    QTabBar *m_tabs;
    QStackedWidget *m_pages;
    InvitationPage *m_invitation;
    AddressPage *m_address;
    QLineEdit *m_name;
    QLabel *m_said;
    QPushButton *m_test;
    QPushButton *m_go;
    bool m_busy = false;
};

} // namespace Drover
