#include "ui/connect/addserversheet.h"

#include "app/profiles/profilestore.h"
#include "ui/connect/addresspage.h"
#include "ui/connect/invitationpage.h"
#include "ui/widgets/look.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTabBar>

using namespace Qt::StringLiterals;

namespace Drover {

AddServerSheet::AddServerSheet(Look &look, const QString &program, const QString &secretsKept)
    : SheetContent(look, tr("Add a server")), m_look(look), m_connection(program), m_tabs(new QTabBar),
      m_pages(new QStackedWidget), m_invitation(new InvitationPage(look, m_connection)),
      m_address(new AddressPage(look, m_connection)), m_name(new QLineEdit), m_said(new QLabel)
{
    setObjectName(u"addServerSheet"_s);
    m_tabs->setObjectName(u"addServerTabs"_s);
    m_tabs->addTab(tr("Invitation"));
    m_tabs->addTab(tr("By address"));
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_pages->addWidget(m_invitation);
    m_pages->addWidget(m_address);
    m_name->setObjectName(u"profileName"_s);
    m_name->setPlaceholderText(tr("after its address"));
    m_said->setObjectName(u"addServerSaid"_s);
    m_said->setWordWrap(true);
    m_said->setTextFormat(Qt::PlainText);
    auto *form = new QFormLayout;
    form->addRow(tr("Called here"), m_name);
    form->labelForField(m_name)->setMinimumWidth(look.scaled(120));
    body()->addWidget(m_tabs);
    body()->addWidget(m_pages);
    body()->addLayout(form);
    body()->addWidget(m_said);
    setOutlook(secretsKept);
    addClosing(tr("Cancel"));
    m_test = addButton(tr("Test"));
    m_test->setObjectName(u"testServer"_s);
    m_go = addButton(tr("Join"), Kind::Primary);
    m_go->setObjectName(u"confirm"_s);
    connect(m_tabs, &QTabBar::currentChanged, this, [this](int page) {
        m_pages->setCurrentIndex(page);
        follow();
    });
    connect(m_invitation, &InvitationPage::changed, this, &AddServerSheet::follow);
    connect(m_address, &AddressPage::changed, this, &AddServerSheet::follow);
    connect(m_name, &QLineEdit::textChanged, this, &AddServerSheet::follow);
    connect(m_invitation, &InvitationPage::failed, this, &AddServerSheet::onFailed);
    connect(m_address, &AddressPage::failed, this, &AddServerSheet::onFailed);
    connect(m_invitation, &InvitationPage::joined, this, [this](const NewServer &server) {
        m_busy = false;
        emit added(server);
    });
    connect(m_address, &AddressPage::tested, this, [this](const QString &words) {
        m_busy = false;
        follow();
        say(words, false);
    });
    connect(m_test, &QPushButton::clicked, this, &AddServerSheet::test);
    connect(m_go, &QPushButton::clicked, this, &AddServerSheet::go);
    follow();
    m_invitation->setFocus();
}

void AddServerSheet::setInvitation(const QString &text)
{
    m_tabs->setCurrentIndex(0);
    m_invitation->setText(text);
}

QString AddServerSheet::nameProblem() const
{
    const QString name = m_name->text().trimmed();
    if (name.isEmpty())
        return {};
    if (m_taken.contains(name))
        return tr("There is a server called %1 already").arg(name);
    const QString problem = ProfileStore::nameProblem(name);
    return problem.isEmpty() ? QString() : tr("The name %1").arg(problem);
}

void AddServerSheet::follow()
{
    const bool byInvitation = m_tabs->currentIndex() == 0;
    m_test->setVisible(!byInvitation);
    m_go->setText(byInvitation ? tr("Join") : tr("Add"));
    const QString name = nameProblem();
    const QString form = byInvitation ? QString() : m_address->problem();
    m_test->setEnabled(!m_busy && form.isEmpty());
    m_go->setEnabled(!m_busy && name.isEmpty() && (byInvitation ? m_invitation->isReady() : m_address->isTested()));
    m_go->setToolTip(!byInvitation && !m_address->isTested() ? tr("Test it first") : QString());
    if (!m_busy)
        say(name.isEmpty() ? form : name, !name.isEmpty());
}

void AddServerSheet::test()
{
    m_busy = true;
    follow();
    say(tr("Asking…"), false);
    m_address->test();
}

void AddServerSheet::go()
{
    if (m_tabs->currentIndex() != 0) {
        emit added(m_address->server(m_name->text().trimmed()));
        return;
    }
    m_busy = true;
    follow();
    say(tr("Joining…"), false);
    m_invitation->join(m_name->text().trimmed());
}

void AddServerSheet::onFailed(const Error &error)
{
    m_busy = false;
    follow();
    say(error.message, true);
}

void AddServerSheet::say(const QString &text, bool wrong)
{
    m_said->setText(text);
    QPalette palette = this->palette();
    palette.setColor(QPalette::WindowText, m_look.color(wrong ? Tint::Failed : Tint::Text2));
    m_said->setPalette(palette);
}

} // namespace Drover
