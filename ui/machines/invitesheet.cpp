#include "ui/machines/invitesheet.h"

#include "app/client/connection.h"
#include "ui/widgets/commandwell.h"
#include "ui/widgets/look.h"
#include "ui/widgets/words.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSpinBox>

using namespace Qt::StringLiterals;

namespace Drover {

InviteSheet::InviteSheet(Desk &desk, QWidget *parent)
    : SheetContent(desk.look, tr("Invite a machine"), parent), m_desk(desk), m_name(new QLineEdit), m_pools(new QLineEdit),
      m_slots(new QSpinBox), m_line(new CommandWell(desk.look, tr("Type this on the machine")))
{
    m_name->setObjectName(u"inviteName"_s);
    m_name->setPlaceholderText(tr("its host name"));
    m_pools->setObjectName(u"invitePools"_s);
    m_pools->setPlaceholderText(tr("default"));
    m_slots->setObjectName(u"inviteSlots"_s);
    m_slots->setRange(0, 4096);
    m_slots->setSpecialValueText(tr("as many as cores"));
    auto *form = new QFormLayout;
    form->setLabelAlignment(Qt::AlignLeft);
    form->setHorizontalSpacing(16);
    form->setVerticalSpacing(10);
    form->addRow(tr("Name"), m_name);
    form->addRow(tr("Pools"), m_pools);
    form->addRow(tr("Slots"), m_slots);
    body()->addLayout(form);
    body()->addWidget(m_line);
    m_line->setObjectName(u"inviteLine"_s);
    m_line->setText({});
    setOutlook(tr("The line is good once, for an hour. Treat it as a password."));
    addClosing(tr("Close"));
    m_make = addButton(tr("Make the line"), Kind::Primary);
    connect(m_make, &QPushButton::clicked, this, &InviteSheet::make);
    connect(m_line, &CommandWell::copyAsked, this, &InviteSheet::copyAsked);
}

void InviteSheet::make()
{
    InviteMachine request {.name = m_name->text().trimmed(), .slotCount = m_slots->value()};
    for (const QString &pool : m_pools->text().split(u',', Qt::SkipEmptyParts))
        request.pools.append(pool.trimmed());
    m_make->setEnabled(false);
    m_desk.connection.send(request, this, [this](const Result<Invitation> &invitation) { onMade(invitation); });
}

void InviteSheet::onMade(const Result<Invitation> &invitation)
{
    m_make->setEnabled(true);
    if (!invitation) {
        setOutlook(tr("No line could be made: %1").arg(invitation.error().message));
        return;
    }
    m_line->setText(u"drover-agent join "_s + invitation->link);
    m_make->setText(tr("Make another"));
    setOutlook(tr("Good once, until %1. Treat it as a password.").arg(wordsOfMoment(invitation->expires, m_desk.look.isUtc())));
}

} // namespace Drover
