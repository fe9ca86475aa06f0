#include "ui/log/logtab.h"

#include "app/client/connection.h"
#include "backend/protocol/taskrequests.h"
#include "ui/log/connectionlogsource.h"
#include "ui/log/logview.h"
#include "ui/shell/shell.h"
#include "ui/widgets/actionregistry.h"
#include "ui/widgets/look.h"
#include "ui/widgets/notices.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtCore/QLocale>
#include <QtCore/QRegularExpression>
#include <QtCore/QStandardPaths>
#include <QtGui/QCursor>
#include <QtWidgets/QApplication>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QMenu>
#include <QtWidgets/QSplitter>

using namespace Qt::StringLiterals;

namespace Drover {

LogTab::LogTab(Shell &shell, const ObjectLink &object)
    : View(shell), m_isDock(object.isNull()), m_splitter(new QSplitter(Qt::Horizontal, this))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_splitter);
    m_splitter->setChildrenCollapsible(false);
    addPane();
    connect(qApp, &QApplication::focusChanged, this, [this](QWidget *, QWidget *now) {
        for (qsizetype i = 0; i < m_panes.size(); ++i) {
            if (now && m_panes[i]->isAncestorOf(now))
                m_hand = i;
        }
    });
    if (m_isDock) {
        connect(&shell, &Shell::currentObjectChanged, this, &LogTab::follow);
        follow(shell.currentObject());
    } else {
        goTo(object);
    }
    connect(&m_desk.connection, &Connection::signedIn, this, &LogTab::refreshTask);
}

LogTab::~LogTab() = default;

LogPane *LogTab::addPane()
{
    auto *pane = new LogPane(
        m_desk.look,
        [this](AttemptId attempt, Stream stream) { return std::make_unique<ConnectionLogSource>(m_desk.connection, attempt, stream); },
        m_splitter);
    m_splitter->addWidget(pane);
    m_panes.append(pane);
    setFocusProxy(m_panes.first());
    connect(pane, &LogPane::changed, this, [this] {
        emit statusChanged();
        emit actionsChanged();
    });
    connect(pane, &LogPane::copied, this, [this](const QString &text) {
        m_shell.copy(text, tr("Copied %n lines", nullptr, int(text.count(u'\n')) + 1));
    });
    connect(pane, &LogPane::told, this, [this](const QString &text) { m_desk.notices.tell(text); });
    connect(pane, &LogPane::wentWrong, this, [this](const QString &what, const Error &error) { m_desk.notices.tellError(what, error); });
    connect(pane, &LogPane::menuWanted, this, &LogTab::popupMore);
    connect(pane, &LogPane::actionWanted, this, [this, pane](const QString &id) {
        m_hand = m_panes.indexOf(pane);
        id == u"log.more" ? popupMore(QCursor::pos()) : run(id);
    });
    return pane;
}

void LogTab::follow(const ObjectLink &object)
{
    if (object.kind != u"task" || object.number() <= 0)
        return; // what one looks at has no log: the last one stays
    goTo(object);
}

void LogTab::goTo(const ObjectLink &object)
{
    const bool isSame = m_object.id == object.id;
    m_object = object;
    m_object.part = u"log"_s;
    const TaskId task{object.number()};
    if (!isSame) {
        m_name.clear();
        m_attempts.clear();
    }
    m_panes.first()->open(task, object.attempt);
    if (const int second = object.query.value(u"compare"_s).toInt(); second > 0) {
        LogPane *other = m_panes.size() > 1 ? m_panes[1] : addPane();
        other->open(task, second);
    }
    for (const QString &key : {u"line"_s, u"time"_s}) {
        if (object.query.contains(key))
            m_panes.first()->goTo(object.query.value(key));
    }
    refreshTask();
    emit titleChanged();
}

void LogTab::refreshTask()
{
    if (m_object.isNull())
        return;
    m_desk.connection.send(GetTask{.id = TaskId{m_object.number()}}, this, [this](const Result<TaskDetail> &detail) {
        if (!detail || detail->task.id.value != m_object.number())
            return;
        m_name = detail->task.name;
        m_attempts = detail->attempts;
        for (LogPane *each : std::as_const(m_panes))
            each->setTask(m_name, m_attempts);
        emit titleChanged();
    });
}

QString LogTab::title() const
{
    if (m_object.isNull())
        return tr("Log");
    return m_name.isEmpty() ? tr("Log of %1").arg(m_object.id) : m_name;
}

QString LogTab::iconName() const
{
    return u"log"_s;
}

ObjectLink LogTab::object() const
{
    return m_isDock ? ObjectLink() : m_object;
}

ViewStatus LogTab::status() const
{
    const LogPane *in = pane();
    const qint64 line = in ? in->currentLine() : 0;
    return {.shown = {}, .selected = line > 0 ? tr("line %1").arg(QLocale().toString(qlonglong(line))) : QString()};
}

QStringList LogTab::actionIds() const
{
    return {u"log.find"_s, u"log.findNext"_s, u"log.findPrevious"_s, u"log.follow"_s, u"log.wrap"_s, u"log.goTo"_s,
            u"log.hits"_s, u"log.expression"_s, u"log.matchCase"_s, u"log.times"_s, u"log.bookmark"_s, u"log.nextBookmark"_s,
            u"log.previousBookmark"_s, u"log.keepLines"_s, u"log.dropLines"_s, u"log.allLines"_s, u"log.copy"_s,
            u"log.copyLink"_s, u"log.save"_s, u"log.compare"_s, u"log.openTab"_s};
}

QString LogTab::whyNot(const QString &actionId) const
{
    LogPane *in = pane();
    if (!in || !in->isOpen())
        return tr("No log is open: choose a task");
    if ((actionId == u"log.findNext" || actionId == u"log.findPrevious" || actionId == u"log.hits") && !in->search()->isActive())
        return tr("Nothing is looked for: type into the find field first");
    if (actionId == u"log.copy" && in->view()->selection().isEmpty())
        return tr("Nothing is selected");
    if (actionId == u"log.allLines" && !in->filter()->isActive())
        return tr("All lines are shown");
    if ((actionId == u"log.nextBookmark" || actionId == u"log.previousBookmark") && in->view()->bookmarks().isEmpty())
        return tr("There is no bookmark: click beside a line number");
    if (actionId == u"log.compare" && m_attempts.size() < 2)
        return tr("There is only one attempt");
    return {};
}

void LogTab::run(const QString &id)
{
    if (!whyNot(id).isEmpty())
        return;
    LogPane *in = pane();
    LogView *view = in->view();
    if (id == u"log.find")
        in->focusFind();
    else if (id == u"log.findNext")
        in->search()->goNext();
    else if (id == u"log.findPrevious")
        in->search()->goPrevious();
    else if (id == u"log.follow")
        view->setFollows(!view->follows());
    else if (id == u"log.wrap")
        view->setWraps(!view->wraps());
    else if (id == u"log.goTo")
        askPlace();
    else if (id == u"log.hits")
        in->showHits(!in->showsHits());
    else if (id == u"log.expression")
        in->setExpression(!in->isExpression());
    else if (id == u"log.matchCase")
        in->setMatchCase(!in->matchesCase());
    else if (id == u"log.times")
        view->setShowsMoments(!view->showsMoments());
    else if (id == u"log.bookmark")
        view->toggleBookmark(view->document().rowStart(view->cursor()).value_or(view->top()));
    else if (id == u"log.nextBookmark")
        view->goToBookmark(1);
    else if (id == u"log.previousBookmark")
        view->goToBookmark(-1);
    else if (id == u"log.keepLines")
        askFilter(tr("Show only lines that match"), true);
    else if (id == u"log.dropLines")
        askFilter(tr("Hide lines that match"), false);
    else if (id == u"log.allLines")
        in->filter()->set({}, {});
    else if (id == u"log.copy")
        in->copySelection();
    else if (id == u"log.copyLink")
        linkToHere();
    else if (id == u"log.save")
        askPath();
    else if (id == u"log.compare")
        compare();
    else if (id == u"log.openTab")
        m_shell.open(m_object, OpenIn::Tab);
    emit actionsChanged();
}

void LogTab::linkToHere()
{
    ObjectLink link = m_object;
    link.attempt = pane()->attempt().n > 0 ? pane()->attempt().n : (m_attempts.isEmpty() ? 0 : m_attempts.last().n);
    link.query.clear();
    if (const qint64 line = pane()->currentLine(); line > 0)
        link.query.insert(u"line"_s, QString::number(line));
    m_shell.copy(link.text(), tr("Copied the link to this line"));
}

void LogTab::compare()
{
    const int here = pane()->attempt().n > 0 ? pane()->attempt().n : m_attempts.last().n;
    int other = 0; // the one before, else the one after
    for (const Attempt &each : std::as_const(m_attempts)) {
        if (each.n != here && (other == 0 || each.n < here))
            other = each.n;
    }
    ObjectLink link = m_object;
    link.attempt = here;
    link.query = {{u"compare"_s, QString::number(other)}};
    if (m_isDock)
        m_shell.open(link, OpenIn::Tab);
    else
        goTo(link);
}

void LogTab::askPlace()
{
    m_desk.notices.askText(tr("Go to"), tr("Line, percentage or time"), {}, &LogPane::problemOfPlace, pane(),
                           [this](const QString &place) { pane()->goTo(place); });
}

void LogTab::askFilter(const QString &title, bool keeps)
{
    LogFilter *filter = pane()->filter();
    const auto problem = [](const QString &text) {
        const QRegularExpression expression(text);
        return text.isEmpty() ? tr("A regular expression is expected") : expression.isValid() ? QString() : expression.errorString();
    };
    m_desk.notices.askText(title, tr("Regular expression"), pane()->search()->pattern().text, problem, filter,
                           [filter, keeps](const QString &text) {
                               filter->set(filter->kept() + (keeps ? QStringList{text} : QStringList()),
                                           filter->dropped() + (keeps ? QStringList() : QStringList{text}));
                           });
}

void LogTab::askPath()
{
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::DownloadLocation);
    const QString name = u"task-%1-%2.log"_s.arg(m_object.id).arg(std::max(1, pane()->attempt().n));
    const auto problem = [](const QString &path) {
        const QFileInfo file(path);
        if (!file.dir().exists())
            return tr("There is no folder %1").arg(file.path());
        return file.isDir() ? tr("%1 is a folder").arg(path) : QString();
    };
    m_desk.notices.askText(tr("Save the log"), tr("File"), QDir(folder).filePath(name), problem, pane(),
                           [this](const QString &path) { pane()->saveTo(path); });
}

void LogTab::popupMore(const QPoint &global)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const QString &id : actionIds()) {
        const Action *action = m_desk.actions.find(id);
        if (!action)
            continue;
        QAction *item = menu->addAction(action->icon(), action->text(), this, [this, id] { run(id); });
        item->setShortcut(action->shortcut());
        item->setShortcutContext(Qt::WidgetShortcut); // shown, not heard twice
        const QString blocked = whyNot(id);
        item->setEnabled(blocked.isEmpty());
        item->setToolTip(blocked);
        if (id == u"log.find" || id == u"log.goTo" || id == u"log.times" || id == u"log.previousBookmark" || id == u"log.allLines")
            menu->addSeparator();
    }
    menu->setToolTipsVisible(true);
    menu->popup(global);
}

bool LogTab::goBack()
{
    LogPane *in = pane();
    if (!in || !in->isOpen())
        return false;
    if (in->showsHits()) {
        in->showHits(false);
        return true;
    }
    if (in->filter()->isActive()) {
        in->filter()->set({}, {});
        return true;
    }
    return false;
}

QJsonObject LogTab::saved() const
{
    return m_panes.first()->saved();
}

void LogTab::restore(const QJsonObject &saved)
{
    m_panes.first()->restore(saved);
}

} // namespace Drover
