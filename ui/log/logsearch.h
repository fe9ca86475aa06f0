#pragma once

#include "ui/log/logsource.h"

#include <QtCore/QObject>

#include <memory>
#include <optional>
#include <vector>

namespace Drover {

class LogDocument;

/// What is looked for.
struct LogPattern
{
    QString text;
    bool isExpression = true;
    bool ignoresCase = true;

    friend bool operator==(const LogPattern &, const LogPattern &) = default;
};

struct LogHit
{
    qint64 offset = 0;
    qint64 size = 0;
};

/// The hits of one pattern in one log. The daemon searches: first from where one looks, so that the
/// first hit shows at once, then all of it, page by page, and then what is written while one looks.
/// At most 200,000 are kept. GUI thread.
class LogSearch : public QObject
{
    Q_OBJECT

public:
    static constexpr qsizetype mostHits = 200'000;

    explicit LogSearch(LogDocument &document, QObject *parent = nullptr);

    const LogPattern &pattern() const { return m_pattern; }
    bool isActive() const { return !m_pattern.text.isEmpty(); }
    bool isDone() const { return m_isDone; } ///< all of what there is was searched
    bool isFull() const { return qsizetype(m_hits.size()) >= mostHits; }
    const QString &error() const { return m_error; } ///< what is wrong with the pattern
    const std::vector<LogHit> &hits() const { return m_hits; } ///< in order
    qsizetype current() const { return m_current; } ///< -1: none

    /// Begins anew; the first hit at or after `near` becomes the current one. Empty: none.
    void start(const LogPattern &pattern, qint64 near);
    void stop() { start({}, 0); }
    void goNext() { go(1); }
    void goPrevious() { go(-1); }
    void goTo(qsizetype hit);
    /// Those that lie in [begin, end), as indices.
    std::pair<qsizetype, qsizetype> within(qint64 begin, qint64 end) const;

signals:
    void changed();
    /// Show this place.
    void wanted(const Drover::LogHit &hit);

private:
    void go(qsizetype step);
    void askNear(qint64 near);
    void askAll();
    void onPage(const Result<FoundOutputs> &page);
    void onDocumentChanged();
    void onReset();
    FindOutput request() const;

    LogDocument &m_document;
    LogPattern m_pattern;
    std::vector<LogHit> m_hits;
    qint64 m_next = 0; // from where all are looked for
    std::optional<LogHit> m_near; // shown before it was counted
    qsizetype m_current = -1;
    bool m_isDone = true;
    bool m_isAsking = false;
    quint64 m_turn = 0; // replies of an earlier one are dropped
    QString m_error;
};

/// Lines to keep and lines to drop, by expressions; the daemon looks. GUI thread.
class LogFilter : public QObject
{
    Q_OBJECT

public:
    static constexpr qsizetype mostLines = 500'000;

    explicit LogFilter(LogDocument &document, QObject *parent = nullptr);

    const QStringList &kept() const { return m_keep; }
    const QStringList &dropped() const { return m_drop; }
    bool isActive() const { return !m_keep.isEmpty() || !m_drop.isEmpty(); }
    bool isDone() const { return m_isDone; }
    bool isFull() const { return m_lines && qsizetype(m_lines->size()) >= mostLines; }
    qsizetype lines() const { return m_lines ? qsizetype(m_lines->size()) : 0; }
    const QString &error() const { return m_error; }

    /// A line is shown when it matches one of `keep` (or there is none), and none of `drop`.
    void set(const QStringList &keep, const QStringList &drop);

signals:
    void changed();

private:
    void ask();
    void onPage(const Result<FoundOutputs> &page);
    void onDocumentChanged();

    LogDocument &m_document;
    QStringList m_keep;
    QStringList m_drop;
    std::shared_ptr<std::vector<qint64>> m_lines;
    qint64 m_next = 0;
    bool m_isDone = true;
    bool m_isAsking = false;
    quint64 m_turn = 0;
    QString m_error;
};

} // namespace Drover
