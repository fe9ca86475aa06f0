#pragma once

#include "ui/shell/savedview.h"

#include <QtCore/QHash>
#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <chrono>

namespace Drover {

struct Desk;

/// How many tasks match each saved view, live: asked one after another when something has changed, and
/// the more seldom the longer the daemon takes for it. GUI thread.
class SavedCounts : public QObject
{
    Q_OBJECT

public:
    explicit SavedCounts(const Desk &desk, QObject *parent = nullptr);

    /// Those that are counted.
    void setViews(const QList<SavedView> &views);
    /// Empty: not known yet.
    QString of(const QString &name) const { return m_counts.value(name); }

signals:
    void counted(const QString &name, const QString &count);

private:
    void begin();
    void next();

    const Desk &m_desk;
    QList<SavedView> m_views;
    QHash<QString, QString> m_counts;
    QTimer m_rounds;
    qsizetype m_at = -1; // of the round; -1: none goes on
    qint64 m_seen = -1; // revision of the last round
    std::chrono::steady_clock::time_point m_began;
};

} // namespace Drover
