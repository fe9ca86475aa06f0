#include "ui/tasks/speceditor.h"

#include "app/client/connection.h"
#include "app/work/specreader.h"
#include "app/work/spectext.h"
#include "app/work/specwriter.h"
#include "backend/protocol/submissionrequests.h"
#include "ui/widgets/look.h"
#include "ui/widgets/notices.h"
#include "ui/widgets/taskrework.h"

#include <QtWidgets/QLabel>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

SpecEditor::SpecEditor(Shell &shell, const TaskDetail &detail, For use)
    : SheetContent(shell.desk().look,
                   use == For::Retry ? tr("Edit %1 and retry").arg(detail.task.name) : tr("A task like %1").arg(detail.task.name)),
      m_shell(shell), m_detail(detail), m_for(use), m_text(new QPlainTextEdit(this)), m_problem(new QLabel(this))
{
    const Look &look = shell.desk().look;
    m_text->setObjectName(u"spec"_s);
    m_text->setAccessibleName(tr("Spec of the task"));
    m_text->setFont(look.font(FontUse::Mono));
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->setMinimumHeight(look.scaled(340));
    m_text->setTabStopDistance(QFontMetricsF(m_text->font()).horizontalAdvance(u"  "_s));
    m_problem->setObjectName(u"specProblem"_s);
    m_problem->setWordWrap(true);
    m_problem->setTextFormat(Qt::PlainText);
    QPalette bad;
    bad.setColor(QPalette::WindowText, look.color(Tint::Failed));
    m_problem->setPalette(bad);
    body()->addWidget(m_text, 1);
    body()->addWidget(m_problem);
    setOutlook(use == For::NewTask             ? tr("A new task in batch %1").arg(detail.task.batchName)
                   : isFinished(detail.task.state) ? tr("It is queued again with this spec")
                                                   : tr("Its next attempt runs with this spec"));
    addClosing(tr("Cancel"));
    m_button = addButton(use == For::NewTask             ? tr("Submit 1 task")
                             : isFinished(detail.task.state) ? tr("Retry")
                                                             : tr("Save"),
                         Kind::Primary);
    m_button->setObjectName(u"carryOut"_s);
    connect(m_button, &QPushButton::clicked, this, &SpecEditor::carryOut);
    m_checks.setSingleShot(true);
    connect(&m_checks, &QTimer::timeout, this, &SpecEditor::check);
    connect(m_text, &QPlainTextEdit::textChanged, this, [this] { m_checks.start(200ms); });
    TaskSpec shown = detail.spec;
    if (use == For::NewTask)
        shown.after.clear(); // names inside a submission that is long over
    m_text->setPlainText(yamlText(nodeOf(shown)));
    m_text->setFocus();
    check();
}

QString SpecEditor::text() const
{
    return m_text->toPlainText();
}

void SpecEditor::setText(const QString &text)
{
    m_text->setPlainText(text);
    check();
}

QString SpecEditor::problem() const
{
    return m_problem->text();
}

Result<TaskSpec> SpecEditor::read() const
{
    const Result<SpecNode> node = yamlNode(tr("the text"), text().toUtf8());
    if (!node)
        return node.error();
    Problems problems;
    TaskSpec spec = readTask(*node, tr("the text"), problems);
    if (!problems.isEmpty())
        return problems.error();
    if (m_for == For::Retry)
        spec.after = m_detail.spec.after; // it cannot be changed
    return spec;
}

void SpecEditor::check()
{
    const Result<TaskSpec> spec = read();
    QString words;
    if (!spec) {
        QStringList lines;
        for (const Problem &problem : spec.error().problems)
            lines.append(printed(problem));
        words = lines.isEmpty() ? spec.error().message : lines.first(std::min<qsizetype>(4, lines.size())).join(u'\n');
    }
    m_problem->setText(words);
    m_problem->setVisible(!words.isEmpty());
    m_button->setEnabled(words.isEmpty());
}

void SpecEditor::carryOut()
{
    check();
    const Result<TaskSpec> spec = read();
    if (!spec)
        return;
    m_button->setEnabled(false);
    if (m_for == For::Retry)
        retry(*spec);
    else
        submit(*spec);
}

void SpecEditor::retry(const TaskSpec &spec)
{
    auto *work = new TaskRework(m_shell.desk().connection, {m_detail.task.id},
                                [spec](const TaskSpec &) -> Result<TaskSpec> { return spec; }, this);
    connect(work, &TaskRework::failed, this, &SpecEditor::onFailed);
    connect(work, &TaskRework::finished, this, [this](qint64, qint64 retried) {
        m_shell.desk().notices.tell(retried > 0 ? tr("%1 is queued again").arg(m_detail.task.name)
                                                : tr("%1 is edited").arg(m_detail.task.name));
        emit closed();
    });
    work->start();
}

void SpecEditor::submit(const TaskSpec &spec)
{
    Submit request;
    request.project = m_detail.task.project;
    request.batch = m_detail.task.batchName;
    request.tasks = {spec};
    m_shell.desk().connection.send(request, this, [this](const Result<Submitted> &submitted) {
        if (!submitted) {
            onFailed(submitted.error());
            return;
        }
        m_shell.desk().notices.tell(tr("1 task is submitted"));
        emit closed();
    });
}

void SpecEditor::onFailed(const Error &error)
{
    m_problem->setText(printed(error));
    m_problem->setVisible(true);
    m_button->setEnabled(true);
}

} // namespace Drover
