#pragma once

#include "backend/protocol/batchrequests.h"
#include "backend/protocol/taskrequests.h"
#include "ui/shell/shell.h"

#include <QtCore/QList>

namespace Drover {

class ActionRegistry;

/// What one has in hand in the view of batches: whole batches, or some steps of one.
struct ChosenBatches
{
    QList<Batch> batches;
    QStringList steps; ///< of the one batch; none: all of it

    bool isEmpty() const { return batches.isEmpty(); }
    StateCounts counts;
};

/// What can be done with batches. Each call sends what it has to and tells the person what came of it;
/// GUI thread, the shell outlives it.
class BatchActions : public QObject
{
    Q_OBJECT

public:
    explicit BatchActions(Shell &shell, QObject *parent = nullptr);

    static void registerWith(ActionRegistry &actions);
    static QStringList ids();

    /// Empty: it can be run on these.
    QString whyNot(const QString &id, const ChosenBatches &chosen) const;
    void run(const QString &id, const ChosenBatches &chosen);

    /// The tasks of a cause, queued again.
    void retryCause(BatchId batch, quint64 key, qint64 count);

private:
    void set(const ChosenBatches &chosen, const std::function<void(SetBatch &)> &change, const QString &done);
    void askPriority(const ChosenBatches &chosen);
    void showLimits(const Batch &batch);
    void askCancel(const ChosenBatches &chosen);
    void retryFailed(const ChosenBatches &chosen);
    template<typename Request>
    void sendTasks(const Request &request, const QString &failed, const std::function<QString(qint64)> &done);

    Shell &m_shell;
    Desk &m_desk;
};

/// "batch in (3, 4) and step in ("a", "b")".
QString whereOf(const ChosenBatches &chosen);

} // namespace Drover
