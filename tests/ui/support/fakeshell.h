#pragma once

#include "app/mirror/mirror.h"
#include "app/profiles/consolestate.h"
#include "ui/shell/shell.h"
#include "ui/widgets/actionregistry.h"
#include "ui/widgets/look.h"
#include "ui/widgets/notices.h"

#include <QtCore/QTemporaryDir>
#include <QtWidgets/QWidget>

namespace Drover {

/// Notes what a view tells the person, and agrees to every question.
class NotedNotices : public Notices
{
public:
    QStringList told;
    QList<Question> asked;
    QString entered; ///< what is typed into the next askText

    void tell(const QString &text) override { told.append(text); }
    void tellUndoable(const QString &text, OperationId) override { told.append(text); }
    void tellError(const QString &what, const Error &error) override { told.append(what + ": " + error.message); }
    void tellFailures(const QString &title, const QList<std::pair<QString, QString>> &, std::function<void()>) override
    {
        told.append(title);
    }
    void ask(const Question &question, QObject *, std::function<void()> confirmed) override
    {
        asked.append(question);
        confirmed();
    }
    void askText(const QString &title, const QString &, const QString &, std::function<QString(const QString &)> problem,
                 QObject *, std::function<void(const QString &)> done) override
    {
        const QString wrong = problem(entered);
        told.append(title + (wrong.isEmpty() ? QString() : ": " + wrong));
        if (wrong.isEmpty())
            done(entered);
    }
};

/// The window around a view, for its test: a real connection and mirror, and notes of what was asked.
class FakeShell : public Shell
{
public:
    explicit FakeShell(const ClientSettings &settings = {}) : connection("tst 1", settings) { }

    Look look;
    ActionRegistry actions {look};
    Connection connection;
    Mirror mirror {connection};
    QTemporaryDir folder;
    ConsoleState state {folder.path(), "test"};
    NotedNotices notices;
    QStringList opened; ///< "batch/3", "view tasks: state = failed"
    ObjectLink current;
    QWidget *sheet = nullptr;

    Desk &desk() override { return m_desk; }
    void open(const ObjectLink &link, OpenIn) override { opened.append(link.kind + "/" + link.id); }
    void showView(const QString &id, const QString &filter) override { opened.append("view " + id + ": " + filter); }
    void setCurrentObject(const ObjectLink &link) override
    {
        current = link;
        emit currentObjectChanged(link);
    }
    ObjectLink currentObject() const override { return current; }
    void showDock(const QString &id) override { opened.append("dock " + id); }
    void showSheet(QWidget *content, int) override
    {
        sheet = content;
        content->show();
    }
    void closeSheet(QWidget *content) override
    {
        sheet = nullptr;
        content->deleteLater();
    }
    void copy(const QString &text, const QString &) override { opened.append("copied " + text); }

private:
    Desk m_desk {look, actions, connection, mirror, state, notices};
};

} // namespace Drover
