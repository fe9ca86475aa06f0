// How the pages of a task's details are built, once.
#include "ui/tasks/attemptmodel.h"
#include "ui/tasks/taskdetails.h"
#include "ui/tasks/transfermodel.h"
#include "ui/widgets/action.h"
#include "ui/widgets/actionregistry.h"
#include "ui/widgets/cardpaint.h"
#include "ui/widgets/commandwell.h"
#include "ui/widgets/curvechart.h"
#include "ui/widgets/look.h"
#include "ui/widgets/reasoncard.h"
#include "ui/widgets/tableview.h"
#include "ui/widgets/taskactions.h"
#include "ui/widgets/words.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTabBar>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

QScrollArea *scrolled(QWidget *content, QWidget *parent)
{
    auto *area = new QScrollArea(parent);
    area->setFrameShape(QFrame::NoFrame);
    area->setWidgetResizable(true);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setWidget(content);
    area->viewport()->setAutoFillBackground(false);
    content->setAutoFillBackground(false);
    return area;
}

} // namespace

TaskDetails::TaskDetails(Shell &shell, TaskActions &actions, QWidget *parent)
    : QWidget(parent), m_shell(shell), m_desk(shell.desk()), m_actions(actions), m_source(m_desk.mirror),
      m_tabs(new QTabBar(this)), m_pages(new QStackedWidget(this)), m_gone(new QLabel(this))
{
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(buildHead());
    layout->addWidget(m_gone);
    layout->addWidget(m_tabs);
    layout->addWidget(m_pages, 1);
    m_gone->setObjectName(u"taskGone"_s);
    m_gone->setWordWrap(true);
    m_gone->setMargin(m_desk.look.scaled(16));
    m_gone->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_tabs->setObjectName(u"taskPages"_s);
    m_tabs->setDocumentMode(true);
    m_tabs->setDrawBase(true);
    m_tabs->setExpanding(false);
    m_tabs->setUsesScrollButtons(true);
    m_tabs->setProperty("underline", true);
    addPage(u"summary"_s, tr("Summary"), buildSummary());
    addPage(u"attempts"_s, tr("Attempts"), buildAttempts());
    addPage(u"files"_s, tr("Files"), buildFiles());
    addPage(u"environment"_s, tr("Environment"), buildEnvironment());
    addPage(u"json"_s, tr("JSON"), buildJson());
    connect(m_tabs, &QTabBar::currentChanged, m_pages, &QStackedWidget::setCurrentIndex);
    connect(&m_source, &TaskSource::changed, this, &TaskDetails::show);
    connect(&m_desk.look, &Look::changed, this, &TaskDetails::applyLook);
    connect(&m_desk.look, &Look::utcChanged, this, &TaskDetails::show);
    connect(&m_desk.mirror, &Mirror::figuresChanged, this, &TaskDetails::showActions);
    applyLook();
}

void TaskDetails::addPage(const QString &name, const QString &title, QWidget *page)
{
    m_names.append(name);
    m_tabs->addTab(title);
    m_pages->addWidget(page);
}

QPushButton *TaskDetails::addAction(const QString &id, const QString &text, QWidget *parent)
{
    auto *button = new QPushButton(text, parent);
    button->setObjectName(u"button."_s + id);
    if (const Action *action = m_desk.actions.find(id))
        button->setIcon(action->icon());
    connect(button, &QPushButton::clicked, this, [this, id] { m_actions.run(id, target()); });
    m_buttons.insert(id, button);
    return button;
}

QWidget *TaskDetails::buildHead()
{
    const Look &look = m_desk.look;
    auto *head = new QWidget(this);
    auto *column = new QVBoxLayout(head);
    column->setContentsMargins(look.scaled(16), look.scaled(12), look.scaled(16), look.scaled(10));
    column->setSpacing(look.scaled(4));
    m_title = new QLabel(head);
    m_title->setObjectName(u"taskTitle"_s);
    m_title->setTextFormat(Qt::PlainText);
    m_title->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_title->setWordWrap(true);
    column->addWidget(m_title);

    auto *line = new QHBoxLayout;
    line->setSpacing(look.scaled(6));
    m_shape = new QLabel(head);
    m_state = new QLabel(head);
    m_state->setObjectName(u"taskState"_s);
    m_id = new QLabel(head);
    m_age = new QLabel(head);
    line->addWidget(m_shape);
    line->addWidget(m_state);
    line->addSpacing(look.scaled(4));
    line->addWidget(m_id);
    line->addSpacing(look.scaled(4));
    line->addWidget(m_age);
    line->addStretch();
    column->addLayout(line);

    auto *buttons = new QHBoxLayout;
    buttons->setContentsMargins(0, look.scaled(6), 0, 0);
    buttons->setSpacing(look.scaled(6));
    buttons->addWidget(addAction(u"task.retry"_s, tr("Retry"), head));
    buttons->addWidget(addAction(u"task.editRetry"_s, tr("Edit and retry…"), head));
    buttons->addWidget(addAction(u"task.log"_s, tr("Log"), head));
    auto *more = new QToolButton(head);
    more->setObjectName(u"moreActions"_s);
    more->setIcon(look.icon(u"more"_s));
    more->setAccessibleName(tr("More actions"));
    more->setToolTip(tr("More actions"));
    connect(more, &QToolButton::clicked, this, &TaskDetails::openMenu);
    buttons->addWidget(more);
    buttons->addStretch();
    column->addLayout(buttons);
    return head;
}

void TaskDetails::openMenu()
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const TaskTarget known = target();
    const QStringList ids {u"task.hold"_s,     u"task.pause"_s,   u"task.cancel"_s,    u"task.kill"_s,       {},
                           u"task.priority"_s, u"task.label"_s,   u"task.move"_s,      u"task.exclude"_s,    u"task.duplicate"_s, {},
                           u"task.compare"_s,  u"task.batch"_s,   u"task.machine"_s,   {},                   u"task.copyJson"_s,
                           u"task.copyCommand"_s, u"task.copyLink"_s};
    for (const QString &id : ids) {
        const Action *action = id.isEmpty() ? nullptr : m_desk.actions.find(id);
        if (!action) {
            menu->addSeparator();
            continue;
        }
        QAction *entry = menu->addAction(action->icon(), action->text());
        const QString reason = m_actions.whyNot(id, known);
        entry->setEnabled(reason.isEmpty());
        entry->setToolTip(reason);
        connect(entry, &QAction::triggered, this, [this, id, known] { m_actions.run(id, known); });
    }
    menu->setToolTipsVisible(true);
    const auto *button = qobject_cast<QWidget *>(sender());
    menu->popup(button ? button->mapToGlobal(QPoint(0, button->height())) : QCursor::pos());
}

QWidget *TaskDetails::buildSummary()
{
    const Look &look = m_desk.look;
    auto *content = new QWidget;
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(look.scaled(16), look.scaled(12), look.scaled(16), look.scaled(16));
    column->setSpacing(look.scaled(14));
    m_reason = new ReasonCard(look, content);
    m_facts = new KeyValueGrid(look, content);
    m_curve = new CurveChart(look, content);
    m_curve->setUnit([](double bytes) { return wordsOfMemory(qint64(bytes)); });
    m_curve->hide();
    m_command = new CommandWell(look, tr("Command"), content);
    for (QWidget *part : std::initializer_list<QWidget *> {m_reason, m_facts, m_curve, m_command})
        column->addWidget(part);
    column->addStretch();
    connect(m_reason, &ReasonCard::remedyChosen, this, &TaskDetails::onRemedy);
    connect(m_facts, &KeyValueGrid::linkActivated, this, [this](const QString &text) {
        if (const auto link = ObjectLink::of(text))
            m_shell.open(*link);
    });
    connect(m_command, &CommandWell::copyAsked, this, [this](const QString &text) { m_shell.copy(text, tr("command")); });
    return scrolled(content, this);
}

QWidget *TaskDetails::buildAttempts()
{
    m_attemptRows = new AttemptModel(this);
    m_attempts = new TableView(m_desk.look, this);
    m_attempts->setObjectName(u"attempts"_s);
    m_attempts->setAccessibleName(tr("Attempts"));
    m_attempts->setCells(m_attemptRows);
    m_attempts->setSelectionMode(QAbstractItemView::SingleSelection);
    connect(m_attempts, &TableView::opened, this, [this](const QModelIndex &index) {
        ObjectLink link = linkTo(u"task"_s, m_source.id().value);
        link.attempt = m_attemptRows->attemptAt(index.row()).n;
        link.part = u"log"_s;
        m_shell.open(link);
    });
    connect(m_attempts, &TableView::menuAsked, this, [this](const QPoint &at) {
        auto *menu = new QMenu(this);
        QAction *compare = menu->addAction(tr("Compare with the one before"));
        compare->setEnabled(m_attempts->currentIndex().row() + 1 < m_attemptRows->rowCount());
        connect(compare, &QAction::triggered, this, &TaskDetails::compareWithBefore);
        m_attempts->popUp(menu, at);
    });
    return m_attempts;
}

void TaskDetails::compareWithBefore()
{
    ObjectLink link = linkTo(u"task"_s, m_source.id().value);
    link.part = u"compare"_s;
    link.attempt = m_attemptRows->attemptAt(m_attempts->currentIndex().row()).n;
    m_shell.open(link, OpenIn::NewTab);
}

QWidget *TaskDetails::buildFiles()
{
    m_fileRows = new TransferModel(this);
    m_files = new TableView(m_desk.look, this);
    m_files->setAccessibleName(tr("Files"));
    m_files->setCells(m_fileRows);
    return m_files;
}

QWidget *TaskDetails::buildEnvironment()
{
    const Look &look = m_desk.look;
    auto *content = new QWidget;
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(look.scaled(16), look.scaled(12), look.scaled(16), look.scaled(16));
    m_environment = new CommandWell(look, tr("Environment"), content);
    m_environment->setObjectName(u"environment"_s);
    m_reveal = new QToolButton(content);
    m_reveal->setObjectName(u"reveal"_s);
    m_reveal->setText(tr("Show what is masked"));
    m_reveal->setCheckable(true);
    column->addWidget(m_environment);
    column->addWidget(m_reveal);
    column->addStretch();
    connect(m_environment, &CommandWell::copyAsked, this, [this](const QString &text) { m_shell.copy(text, tr("environment")); });
    connect(m_reveal, &QToolButton::toggled, this, [this](bool on) {
        m_revealed = on;
        show();
    });
    return scrolled(content, this);
}

QWidget *TaskDetails::buildJson()
{
    m_json = new QPlainTextEdit(this);
    m_json->setObjectName(u"json"_s);
    m_json->setReadOnly(true);
    m_json->setFrameShape(QFrame::NoFrame);
    m_json->setLineWrapMode(QPlainTextEdit::NoWrap);
    return m_json;
}

void TaskDetails::applyLook()
{
    const Look &look = m_desk.look;
    m_title->setFont(look.font(FontUse::Details));
    m_state->setFont(look.font(FontUse::BodyMedium));
    m_id->setFont(look.font(FontUse::Mono));
    m_json->setFont(look.font(FontUse::Mono));
    QPalette quiet;
    quiet.setColor(QPalette::WindowText, look.color(Tint::Text3));
    for (QLabel *label : {m_id, m_age})
        label->setPalette(quiet);
    show();
}

} // namespace Drover
