#include "ui/shell/windownotices.h"

#include "ui/shell/questionsheets.h"
#include "ui/shell/sheets.h"
#include "ui/shell/toast.h"
#include "ui/widgets/look.h"

#include <QtCore/QTimer>
#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr qsizetype mostRemembered = 100;

QString detailsOf(const QString &whatFailed, const Error &error)
{
    QStringList lines{whatFailed, error.message};
    for (const Problem &problem : error.problems) {
        QString line = problem.file;
        if (problem.line > 0)
            line += u':' + QString::number(problem.line);
        if (!problem.field.isEmpty())
            line += (line.isEmpty() ? QString() : u" "_s) + problem.field;
        lines.append((line.isEmpty() ? QString() : line + u": "_s) + problem.reason
                     + (problem.remedy.isEmpty() ? QString() : u" ("_s + problem.remedy + u')'));
    }
    return lines.join(u'\n');
}

} // namespace

WindowNotices::WindowNotices(Look &look, Sheets &sheets, QWidget *over, QObject *parent)
    : QObject(parent), m_look(look), m_sheets(sheets), m_toast(new Toast(look, over))
{
}

void WindowNotices::remember(const QString &text, bool error, Read read)
{
    m_told.prepend({QDateTime::currentDateTimeUtc(), text, error});
    if (m_told.size() > mostRemembered)
        m_told.resize(mostRemembered);
    if (read == Read::No)
        emit unreadChanged(++m_unread);
}

void WindowNotices::readAll()
{
    m_unread = 0;
    emit unreadChanged(0);
}

void WindowNotices::note(const QString &text)
{
    remember(text, false, Read::No);
}

void WindowNotices::tell(const QString &text)
{
    remember(text, false, Read::Yes);
    ToastNews news;
    news.text = text;
    m_toast->show(news);
}

void WindowNotices::tellUndoable(const QString &text, OperationId operation)
{
    remember(text, false, Read::Yes);
    ToastNews news;
    news.text = text;
    news.life = 10s;
    news.countdown = true;
    news.action = tr("Undo");
    news.keys = QKeySequence(QKeySequence::Undo).toString(QKeySequence::NativeText);
    news.run = [this, operation] {
        if (m_undo)
            m_undo(operation);
    };
    m_toast->show(news);
}

void WindowNotices::tellError(const QString &whatFailed, const Error &error)
{
    const QString reason = error.message.isEmpty() ? QString() : u": "_s + error.message;
    remember(whatFailed + reason, true, Read::No);
    ToastNews news;
    news.text = whatFailed + reason;
    news.error = true;
    news.life = 0ms;
    news.action = tr("Copy details");
    news.run = [details = detailsOf(whatFailed, error)] { QGuiApplication::clipboard()->setText(details); };
    m_toast->show(news);
}

void WindowNotices::tellFailures(const QString &title, const QList<std::pair<QString, QString>> &failures,
                                 std::function<void()> again)
{
    remember(title, true, Read::No);
    auto *sheet = new ResultSheet(m_look, title, failures, bool(again));
    connect(sheet, &ResultSheet::againAsked, this, [this, sheet, again = std::move(again)] {
        m_sheets.close(sheet);
        if (again)
            again();
    });
    m_sheets.open(sheet, 720);
}

void WindowNotices::ask(const Question &question, QObject *context, std::function<void()> confirmed)
{
    auto *sheet = new QuestionSheet(m_look, question);
    if (QWidget *label = m_label ? m_label() : nullptr)
        sheet->setAside(label);
    connect(sheet, &QuestionSheet::confirmed, this,
            [this, sheet, guard = QPointer<QObject>(context), confirmed = std::move(confirmed)] {
                m_sheets.close(sheet);
                if (guard)
                    QTimer::singleShot(0, guard, confirmed);
            });
    m_sheets.open(sheet, 480);
}

void WindowNotices::askText(const QString &title, const QString &label, const QString &initial,
                            std::function<QString(const QString &)> problem, QObject *context,
                            std::function<void(const QString &)> entered)
{
    auto *sheet = new TextSheet(m_look, title, label, initial, std::move(problem));
    connect(sheet, &TextSheet::entered, this,
            [this, sheet, guard = QPointer<QObject>(context), entered = std::move(entered)](const QString &text) {
                m_sheets.close(sheet);
                if (guard)
                    QTimer::singleShot(0, guard, [entered, text] { entered(text); });
            });
    m_sheets.open(sheet, 480);
}

bool WindowNotices::hasUndo() const
{
    return m_toast->hasAction();
}

bool WindowNotices::undoLast()
{
    return m_toast->act();
}

} // namespace Drover
