#pragma once

#include "app/profiles/consolestate.h"
#include "tests/app/mirror/consolesite.h"
#include "ui/widgets/actionregistry.h"
#include "ui/widgets/desk.h"
#include "ui/widgets/look.h"
#include "ui/widgets/notices.h"

namespace Drover {

/// What is told and asked, for tests to read; answers at once as it is told to.
class NotedNotices : public Notices
{
public:
    void tell(const QString &text) override { told.append(text); }
    void tellUndoable(const QString &text, OperationId operation) override
    {
        told.append(text);
        undo = operation;
    }
    void tellError(const QString &whatFailed, const Error &error) override
    {
        errors.append(whatFailed + ": " + printed(error));
    }
    void tellFailures(const QString &title, const QList<std::pair<QString, QString>> &, std::function<void()>) override
    {
        errors.append(title);
    }
    void ask(const Question &question, QObject *, std::function<void()> confirmed) override
    {
        questions.append(question);
        if (agrees)
            confirmed();
    }
    void askText(const QString &title, const QString &, const QString &, std::function<QString(const QString &)> problem,
                 QObject *, std::function<void(const QString &)> entered) override
    {
        asked.append(title);
        problems.append(problem(answer));
        if (problems.last().isEmpty())
            entered(answer);
    }

    QStringList told;
    QStringList errors;
    QStringList asked;
    QStringList problems; // of what was entered
    QList<Question> questions;
    OperationId undo;
    QString answer; // what is entered
    bool agrees = true;
};

/// A daemon, and all that a view is given of it, as its administrator.
struct ConsoleDesk
{
    Site site;
    QTemporaryDir folder;
    Look look;
    ActionRegistry actions {look};
    std::unique_ptr<Connection> connection;
    std::unique_ptr<Mirror> mirror;
    ConsoleState state {folder.path(), "test"};
    NotedNotices notices;
    std::unique_ptr<Desk> desk;

    bool start()
    {
        if (!site.init() || !site.startDaemon())
            return false;
        connection = std::make_unique<Connection>("tst 1", quickSettings());
        mirror = std::make_unique<Mirror>(*connection);
        desk.reset(new Desk {look, actions, *connection, *mirror, state, notices});
        connection->open(targetOf(site));
        return QTest::qWaitFor([this] { return connection->isReady() && mirror->isLoaded(); }, 60'000);
    }

    ~ConsoleDesk()
    {
        desk.reset();
        mirror.reset();
        connection.reset();
    }
};

} // namespace Drover
