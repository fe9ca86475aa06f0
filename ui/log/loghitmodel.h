#pragma once

#include "ui/log/logsource.h"

#include <QtCore/QAbstractListModel>

namespace Drover {

class LogDocument;
struct LogPattern;

/// The lines with hits, as a list: number and text, fetched as one scrolls. GUI thread.
class LogHitModel : public QAbstractListModel
{
    Q_OBJECT

public:
    static constexpr int OffsetRole = Qt::UserRole; ///< of the hit
    static constexpr int NumberRole = Qt::UserRole + 1; ///< of its line; negative: not counted yet

    explicit LogHitModel(LogDocument &document, QObject *parent = nullptr);

    void setPattern(const LogPattern &pattern);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    bool canFetchMore(const QModelIndex &parent) const override;
    void fetchMore(const QModelIndex &parent) override;

private:
    LogDocument &m_document;
    FindOutput m_find;
    QList<FoundOutput> m_hits;
    bool m_isDone = true;
    bool m_isAsking = false;
    quint64 m_turn = 0;
};

} // namespace Drover
