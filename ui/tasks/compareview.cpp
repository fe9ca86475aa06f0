#include "ui/tasks/compareview.h"

#include "app/client/connection.h"
#include "ui/shell/shell.h"
#include "ui/tasks/comparisonmodel.h"
#include "ui/widgets/flowline.h"
#include "ui/widgets/look.h"
#include "ui/widgets/tableview.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

std::optional<Attempt> attemptOf(const TaskDetail &detail, int n)
{
    const auto found = std::ranges::find(detail.attempts, n, &Attempt::n);
    return found == detail.attempts.cend() ? std::nullopt : std::optional(*found);
}

int lastAttemptOf(const TaskDetail &detail)
{
    const auto last = std::ranges::max_element(detail.attempts, {}, &Attempt::n);
    return last == detail.attempts.cend() ? 0 : last->n;
}

} // namespace

CompareView::CompareView(Shell &shell, const ObjectLink &object)
    : View(shell), m_object(object), m_left {object.number()},
      m_right {object.query.contains(u"with"_s) ? object.query.value(u"with"_s).toLongLong() : object.number()},
      m_heading(new QLabel(this)), m_only(new QToolButton(this)), m_model(new ComparisonModel(this)),
      m_table(new TableView(m_desk.look, this))
{
    const Look &look = m_desk.look;
    auto *head = new QHBoxLayout;
    head->setContentsMargins(look.scaled(12), look.scaled(8), look.scaled(8), look.scaled(8));
    m_heading->setObjectName(u"heading"_s);
    m_heading->setFont(look.font(FontUse::BodyStrong));
    head->addWidget(m_heading, 1);
    m_only->setObjectName(u"onlyDifferent"_s);
    m_only->setText(tr("Only what differs"));
    m_only->setCheckable(true);
    head->addWidget(m_only);
    for (const bool left : {true, false}) {
        auto *log = new QToolButton(this);
        log->setText(left ? tr("Left log") : tr("Right log"));
        log->setIcon(look.icon(u"log"_s));
        log->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        connect(log, &QToolButton::clicked, this, [this, left] { openLog(left); });
        head->addWidget(log);
    }
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(head);
    layout->addWidget(m_table);
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    setFocusProxy(m_table);
    m_table->setObjectName(u"comparison"_s);
    m_table->setAccessibleName(tr("Comparison"));
    m_table->setCells(m_model);
    m_table->showLoading();
    connect(m_only, &QToolButton::toggled, m_model, &ComparisonModel::setOnlyDifferent);
    ask();
}

QString CompareView::title() const
{
    if (!m_leftDetail || !m_rightDetail)
        return tr("Comparison");
    if (m_left == m_right)
        return tr("%1: attempts %2 and %3").arg(m_leftDetail->task.name).arg(m_leftAttempt).arg(m_rightAttempt);
    return tr("%1 and %2").arg(m_leftDetail->task.name, m_rightDetail->task.name);
}

ViewStatus CompareView::status() const
{
    return {tr("%1 lines").arg(m_model->rowCount()), tr("%1 differ").arg(m_model->differing())};
}

void CompareView::ask()
{
    for (const bool left : {true, false}) {
        m_desk.connection.send(GetTask {.id = left ? m_left : m_right}, this,
                               [this, left](const Result<TaskDetail> &detail) { onDetail(left, detail); });
    }
}

void CompareView::onDetail(bool left, const Result<TaskDetail> &detail)
{
    if (!detail) {
        m_table->showFailure(tr("Task %1 cannot be read: %2").arg((left ? m_left : m_right).value).arg(detail.error().message),
                             printed(detail.error()), [this] { ask(); });
        return;
    }
    (left ? m_leftDetail : m_rightDetail) = *detail;
    if (m_leftDetail && m_rightDetail)
        compare();
}

void CompareView::compare()
{
    m_rightAttempt = m_object.attempt > 0 && m_left == m_right ? m_object.attempt : lastAttemptOf(*m_rightDetail);
    m_leftAttempt = m_left == m_right ? m_rightAttempt - 1 : lastAttemptOf(*m_leftDetail);
    const auto left = attemptOf(*m_leftDetail, m_leftAttempt);
    const auto right = attemptOf(*m_rightDetail, m_rightAttempt);
    if (!left || !right) {
        m_table->showReason(tr("There is no other attempt to compare with."), {}, {}, u"columns"_s);
        return;
    }
    const ComparedAttempt one {.task = m_leftDetail->task, .spec = m_leftDetail->spec, .attempt = *left};
    const ComparedAttempt other {.task = m_rightDetail->task, .spec = m_rightDetail->spec, .attempt = *right};
    m_model->setValues(compared(one, other));
    m_table->showRows();
    say(one, other);
    emit titleChanged();
    emit statusChanged();
}

void CompareView::say(const ComparedAttempt &left, const ComparedAttempt &right)
{
    m_heading->setText(tr("%1 attempt %2 (%3)   —   %4 attempt %5 (%6)")
                           .arg(left.task.name)
                           .arg(left.attempt.n)
                           .arg(printedEnd(left.attempt), right.task.name)
                           .arg(right.attempt.n)
                           .arg(printedEnd(right.attempt)));
}

void CompareView::openLog(bool left)
{
    ObjectLink link = linkTo(u"task"_s, (left ? m_left : m_right).value);
    link.attempt = left ? m_leftAttempt : m_rightAttempt;
    link.part = u"log"_s;
    m_shell.open(link, OpenIn::NewTab);
}

} // namespace Drover
