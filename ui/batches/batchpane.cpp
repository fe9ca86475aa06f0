#include "ui/batches/batchpane.h"

#include "ui/batches/causespage.h"
#include "ui/batches/notespage.h"
#include "ui/batches/taskspage.h"
#include "ui/batches/timelinepage.h"
#include "ui/widgets/look.h"

#include <QtGui/QPainter>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTabBar>

using namespace Qt::StringLiterals;

namespace Drover {

BatchPane::BatchPane(Shell &shell, BatchActions &actions, QWidget *parent)
    : QWidget(parent)
    , m_desk(shell.desk())
    , m_tasks(new TasksPage(shell))
    , m_name(new QLabel)
    , m_tabs(new QTabBar)
    , m_head(new QHBoxLayout)
    , m_pages(new QStackedWidget)
{
    setObjectName(u"batchPane"_s);
    m_name->setObjectName(u"batchName"_s);
    m_tabs->setObjectName(u"batchTabs"_s);
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_head->setContentsMargins(12, 0, 12, 0);
    m_head->setSpacing(12);
    m_head->addWidget(m_name);
    m_head->addWidget(m_tabs);
    m_head->addStretch(1);
    auto *bar = new QWidget;
    bar->setFixedHeight(m_desk.look.scaled(34));
    bar->setLayout(m_head);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 1, 0, 0);
    all->setSpacing(0);
    all->addWidget(bar);
    all->addWidget(m_pages, 1);
    addPage(m_tasks, tr("Tasks"));
    addPage(new CausesPage(shell, actions), tr("Causes"));
    addPage(new TimelinePage(shell), tr("Timeline"));
    addPage(new NotesPage(shell), tr("Notes"));
    const auto applyLook = [this] { m_name->setFont(m_desk.look.font(FontUse::BodyStrong)); };
    connect(&m_desk.look, &Look::changed, this, applyLook);
    applyLook();
    connect(m_tabs, &QTabBar::currentChanged, this, [this](int index) {
        showPage(index);
        emit pageChanged();
    });
    showPage(0);
}

void BatchPane::addPage(BatchPage *page, const QString &title)
{
    m_pages->addWidget(page);
    m_all.append(page);
    m_tabs->addTab(title);
    if (QWidget *corner = page->corner()) {
        m_head->addWidget(corner);
        corner->hide();
    }
}

void BatchPane::showPage(int index)
{
    for (BatchPage *page : std::as_const(m_all)) {
        if (QWidget *corner = page->corner())
            corner->setVisible(page == m_all.value(index) && m_batch.id);
    }
    m_pages->setCurrentIndex(index);
    if (m_batch.id && isVisible())
        m_all.at(index)->show(m_batch, m_step);
}

void BatchPane::showEvent(QShowEvent *)
{
    showPage(m_tabs->currentIndex());
}

void BatchPane::setBatch(const Batch &batch, const QString &step)
{
    m_batch = batch;
    m_step = step;
    m_name->setText(step.isEmpty() ? batch.name : tr("%1, %2").arg(batch.name, step));
    showPage(m_tabs->currentIndex());
}

void BatchPane::clear()
{
    m_batch = {};
    m_name->setText(tr("No batch is chosen"));
    showPage(m_tabs->currentIndex());
}

QString BatchPane::page() const
{
    return m_all.at(m_tabs->currentIndex())->id();
}

void BatchPane::setPage(const QString &id)
{
    for (int i = 0; i < m_all.size(); ++i) {
        if (m_all.at(i)->id() == id)
            m_tabs->setCurrentIndex(i);
    }
}

void BatchPane::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), m_desk.look.color(Tint::Window));
    const int head = m_desk.look.scaled(34);
    painter.fillRect(QRect(0, 0, width(), 1), m_desk.look.color(Tint::Border));
    painter.fillRect(QRect(0, head, width(), 1), m_desk.look.color(Tint::Border));
}

} // namespace Drover
