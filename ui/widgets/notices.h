#pragma once

#include "backend/base/error.h"
#include "backend/base/ids.h"

#include <QtCore/QList>
#include <QtCore/QObject>

#include <functional>

namespace Drover {

/// A question before something that cannot be taken back, or touches much; console.md, Dialogs.
struct Question
{
    QString title; ///< "Cancel 214 tasks?"
    QString verb; ///< of the button: "Cancel 214 tasks"
    QStringList lines; ///< breakdown by state, three examples
    QString irreversible; ///< what cannot be taken back; empty: Enter confirms
    qint64 typedCount = 0; ///< > 0: this number must be typed
    bool destructive = false; ///< the button has the colour of failed and is not the default
};

/// How views tell the person something, and ask; the shell shows it. Nothing here waits: handlers
/// are called in a later turn, and not at all once `context` is dead. GUI thread.
class Notices
{
public:
    virtual ~Notices() = default;

    /// A toast that goes after 4 s.
    virtual void tell(const QString &text) = 0;
    /// The undo bar, 10 s: "Held 12 tasks. Undo". Undoing runs operation.undo.
    virtual void tellUndoable(const QString &text, OperationId operation) = 0;
    /// Stays until it is closed; with "Copy details".
    virtual void tellError(const QString &whatFailed, const Error &error) = 0;
    /// Per-row failures of one action: thing and reason, "Retry these" when `again` is set.
    virtual void tellFailures(const QString &title, const QList<std::pair<QString, QString>> &failures,
                              std::function<void()> again) = 0;
    /// `confirmed` is called when the person agreed.
    virtual void ask(const Question &question, QObject *context, std::function<void()> confirmed) = 0;
    /// One line of text: a name, a priority. `problem` says what is wrong with it, or nothing.
    virtual void askText(const QString &title, const QString &label, const QString &initial,
                         std::function<QString(const QString &)> problem, QObject *context,
                         std::function<void(const QString &)> entered) = 0;
};

} // namespace Drover
