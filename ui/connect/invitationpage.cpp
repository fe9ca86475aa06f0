#include "ui/connect/invitationpage.h"

#include "ui/widgets/look.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPlainTextEdit>

using namespace Qt::StringLiterals;

namespace Drover {

InvitationPage::InvitationPage(Look &look, Connection &connection, QWidget *parent)
    : QWidget(parent), m_look(look), m_connection(connection), m_text(new QPlainTextEdit), m_said(new QLabel),
      m_user(new QLineEdit), m_password(new QLineEdit)
{
    m_text->setObjectName(u"invitation"_s);
    m_text->setAccessibleName(tr("Invitation"));
    m_text->setPlaceholderText(tr("Paste the invitation here: drover://join/user/…"));
    m_text->setFont(look.font(FontUse::Mono));
    m_text->setFixedHeight(look.scaled(76));
    m_text->setTabChangesFocus(true);
    m_said->setObjectName(u"invitationSaid"_s);
    m_said->setWordWrap(true);
    m_said->setMinimumHeight(look.scaled(36));
    m_said->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_user->setObjectName(u"joinUser"_s);
    m_user->setPlaceholderText(tr("as invited"));
    m_password->setObjectName(u"joinPassword"_s);
    m_password->setEchoMode(QLineEdit::Password);
    m_password->setPlaceholderText(tr("none: this computer's token is enough"));
    auto *form = new QFormLayout;
    form->setSpacing(8);
    form->addRow(tr("Your name there"), m_user);
    form->addRow(tr("Password"), m_password);
    form->labelForField(m_user)->setMinimumWidth(look.scaled(120));
    setFocusProxy(m_text);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 12, 0, 0);
    column->setSpacing(10);
    column->addWidget(m_text);
    column->addWidget(m_said);
    column->addLayout(form);
    column->addStretch(1);
    connect(m_text, &QPlainTextEdit::textChanged, this, &InvitationPage::read);
    read();
}

void InvitationPage::setText(const QString &text)
{
    m_text->setPlainText(text);
}

void InvitationPage::read()
{
    const QString text = m_text->toPlainText().simplified().remove(u' ');
    m_link.reset();
    QString said = tr("An administrator makes one with: drover invite NAME");
    Tint tint = Tint::Text2;
    if (!text.isEmpty()) {
        const Result<InvitationLink> link = InvitationLink::parse(text);
        if (!link) {
            said = link.error().message;
            tint = Tint::Failed;
        } else if (link->kind == InvitationLink::Kind::Machine) {
            said = tr("This invitation is for a machine: drover-agent join takes it. A person needs one of drover invite.");
            tint = Tint::Failed;
        } else {
            m_link = *link;
            said = tr("To %1. Only a daemon whose key is %2 will be believed.").arg(printed(link->addresses), link->pin.printed());
        }
    }
    m_said->setText(said);
    QPalette palette = this->palette();
    palette.setColor(QPalette::WindowText, m_look.color(tint));
    m_said->setPalette(palette);
    emit changed();
}

void InvitationPage::join(const QString &profileName)
{
    if (!m_link)
        return;
    m_connection.redeem(*m_link, m_user->text().trimmed(), m_password->text(), this,
                        [this, profileName, link = *m_link](const Result<Redeemed> &redeemed) {
                            if (!redeemed) {
                                emit failed(redeemed.error());
                                return;
                            }
                            NewServer server;
                            server.profile.name = profileName.isEmpty() ? suggestedName(link.addresses) : profileName;
                            server.profile.addresses = link.addresses;
                            server.profile.authorities = {redeemed->authority};
                            server.profile.user = redeemed->session.user;
                            if (redeemed->session.project != "*"_L1)
                                server.profile.project = redeemed->session.project;
                            server.token = redeemed->token;
                            m_text->clear();
                            m_password->clear();
                            emit joined(server);
                        });
}

} // namespace Drover
