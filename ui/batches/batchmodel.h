#pragma once

#include "app/mirror/mirror.h"
#include "backend/protocol/seriesrequests.h"
#include "ui/widgets/keyedmodel.h"

#include <QtCore/QSet>

namespace Drover {

/// A row of the batches: a batch, or one of its steps below it.
struct BatchRowKey
{
    BatchId batch;
    int step = -1; ///< place among its steps; -1: the batch itself

    bool isStep() const { return step >= 0; }
    friend bool operator==(const BatchRowKey &, const BatchRowKey &) = default;
    friend size_t qHash(const BatchRowKey &key, size_t seed = 0) { return qHashMulti(seed, key.batch, key.step); }
};

/// Batches with their steps, as a flat table with folds: there are few of them, and a table keeps its
/// rows still. Rows change in place; they come, go and move only by `settle`. GUI thread.
class BatchModel : public KeyedModel<BatchRowKey>
{
    Q_OBJECT

public:
    explicit BatchModel(QObject *parent = nullptr);

    /// All of them, as a new connection has them.
    void reset(const QMap<BatchId, Batch> &batches);
    void apply(const BatchChanges &changes);
    void setRates(const QList<BatchRate> &rates);
    /// Nothing for one that is not open.
    void setSteps(BatchId batch, const QList<BatchStep> &steps);
    void setNow(Instant now, bool utc);

    void setOpen(BatchId batch, bool open); ///< its steps are asked for by the view
    bool isOpen(BatchId batch) const { return m_open.contains(batch); }
    QList<BatchId> openBatches() const { return m_open.values(); }
    bool knowsSteps(BatchId batch) const { return m_steps.contains(batch); }

    void setWords(const QString &words); ///< all of them stand in name, owner or project
    void setStates(const QSet<BatchState> &states); ///< none: all
    void setOrder(const QString &order); ///< "-created"

    /// Rows that would come, go or move.
    qint64 unsettled() const;
    void settle();

    const Batch *batchAt(int row) const;
    const Batch *find(BatchId batch) const;
    QString stepAt(int row) const; ///< of a step's row
    StateCounts stepCounts(const BatchRowKey &key) const;
    qint64 all() const { return m_batches.size(); }
    qint64 shown() const; ///< batches, without steps
    /// How many there are of each state, whatever states are chosen.
    QMap<BatchState, qint64> countsByState() const;

    QString rowWords(int row) const override;

protected:
    Cell cell(int row, int column) const override;

private:
    bool matchesWords(const Batch &batch) const;
    bool matches(const Batch &batch) const;
    bool isBefore(const Batch &a, const Batch &b) const;
    QList<BatchRowKey> wanted() const;
    Cell countCell(qint64 count, Tint tint) const;
    Cell nameCell(const Batch &batch) const;
    Cell etaCell(const Batch &batch) const;
    Cell countsCell(const QString &column, const StateCounts &counts) const;
    Cell stepCell(const BatchStep &step, const QString &column) const;

    QMap<BatchId, Batch> m_batches;
    QHash<BatchId, BatchRate> m_rates;
    QHash<BatchId, QList<BatchStep>> m_steps;
    QSet<BatchId> m_open;
    QStringList m_words;
    QSet<BatchState> m_states;
    QString m_order = QStringLiteral("-created");
    Instant m_now;
    bool m_utc = true;
};

/// "12:51" today, "28 Nov 12:51" later.
QString wordsOfEta(Instant through, Instant now, bool utc);

} // namespace Drover
