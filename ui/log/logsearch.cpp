#include "ui/log/logsearch.h"

#include "ui/log/logdocument.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr int pageSize = 5000;

QString joined(const QStringList &expressions)
{
    QStringList parts;
    for (const QString &each : expressions)
        parts.append(u"(?:"_s + each + u')');
    return parts.join(u'|');
}

} // namespace

LogSearch::LogSearch(LogDocument &document, QObject *parent) : QObject(parent), m_document(document)
{
    connect(&document, &LogDocument::changed, this, &LogSearch::onDocumentChanged);
    connect(&document, &LogDocument::wasReset, this, &LogSearch::onReset);
}

FindOutput LogSearch::request() const
{
    return {.pattern = m_pattern.text, .plain = !m_pattern.isExpression, .ignoreCase = m_pattern.ignoresCase};
}

void LogSearch::start(const LogPattern &pattern, qint64 near)
{
    ++m_turn;
    m_pattern = pattern;
    m_hits.clear();
    m_near.reset();
    m_current = -1;
    m_next = 0;
    m_error.clear();
    m_isAsking = false;
    m_isDone = !isActive();
    emit changed();
    if (!isActive())
        return;
    askNear(near);
    askAll();
}

void LogSearch::askNear(qint64 near)
{
    FindOutput find = request();
    find.from = near;
    find.limit = 1;
    m_document.source().send(find, this, [this, turn = m_turn, find](const Result<FoundOutputs> &page) {
        if (turn != m_turn || m_current >= 0 || !page)
            return;
        if (page->hits.isEmpty()) {
            if (!page->done)
                askNear(page->next);
            return;
        }
        m_near = LogHit{page->hits.first().offset, page->hits.first().size};
        emit wanted(*m_near);
        emit changed();
    });
}

void LogSearch::askAll()
{
    if (m_isAsking || !isActive() || isFull() || !m_error.isEmpty())
        return;
    m_isAsking = true;
    FindOutput find = request();
    find.from = m_next;
    find.limit = pageSize;
    m_document.source().send(find, this, [this, turn = m_turn](const Result<FoundOutputs> &page) {
        if (turn == m_turn)
            onPage(page);
    });
}

void LogSearch::onPage(const Result<FoundOutputs> &page)
{
    m_isAsking = false;
    if (!page) {
        m_error = page.error().message;
        m_isDone = true;
        emit changed();
        return;
    }
    for (const FoundOutput &hit : page->hits)
        m_hits.push_back({hit.offset, hit.size});
    m_next = page->next;
    m_isDone = page->done;
    // The one that was shown first gets its number as soon as it is among them.
    if (m_near && m_current < 0 && m_next > m_near->offset) {
        m_current = within(m_near->offset, m_near->offset + 1).first;
        if (m_current >= qsizetype(m_hits.size()))
            m_current = -1;
    }
    if (m_isDone && !m_near && m_current < 0 && !m_hits.empty())
        goTo(0); // there was none from there on
    emit changed();
    if (!m_isDone)
        askAll();
}

void LogSearch::onDocumentChanged()
{
    if (isActive() && m_isDone && m_error.isEmpty() && m_document.size() > m_next) {
        m_isDone = false;
        askAll();
    }
}

void LogSearch::onReset()
{
    if (isActive())
        start(m_pattern, 0);
}

void LogSearch::go(qsizetype step)
{
    if (m_hits.empty())
        return;
    const qsizetype count = qsizetype(m_hits.size());
    const qsizetype from = m_current < 0 ? (step > 0 ? -1 : 0) : m_current;
    goTo((from + step + count) % count);
}

void LogSearch::goTo(qsizetype hit)
{
    if (hit < 0 || hit >= qsizetype(m_hits.size()))
        return;
    m_current = hit;
    emit wanted(m_hits[size_t(hit)]);
    emit changed();
}

std::pair<qsizetype, qsizetype> LogSearch::within(qint64 begin, qint64 end) const
{
    const auto first = std::ranges::lower_bound(m_hits, begin, {}, &LogHit::offset);
    const auto last = std::lower_bound(first, m_hits.cend(), end, [](const LogHit &hit, qint64 at) { return hit.offset < at; });
    return {first - m_hits.cbegin(), last - m_hits.cbegin()};
}

LogFilter::LogFilter(LogDocument &document, QObject *parent) : QObject(parent), m_document(document)
{
    connect(&document, &LogDocument::changed, this, &LogFilter::onDocumentChanged);
    connect(&document, &LogDocument::wasReset, this, [this] { set(m_keep, m_drop); });
}

void LogFilter::set(const QStringList &keep, const QStringList &drop)
{
    ++m_turn;
    m_keep = keep;
    m_drop = drop;
    m_next = 0;
    m_error.clear();
    m_isAsking = false;
    m_isDone = !isActive();
    m_lines = isActive() ? std::make_shared<std::vector<qint64>>() : nullptr;
    m_document.setShown(m_lines);
    emit changed();
    ask();
}

void LogFilter::ask()
{
    if (!isActive() || m_isAsking || isFull() || !m_error.isEmpty())
        return;
    m_isAsking = true;
    const FindOutput find{.pattern = joined(m_keep), .drop = joined(m_drop), .ignoreCase = true, .lines = true,
                          .from = m_next, .limit = pageSize};
    m_document.source().send(find, this, [this, turn = m_turn](const Result<FoundOutputs> &page) {
        if (turn == m_turn)
            onPage(page);
    });
}

void LogFilter::onPage(const Result<FoundOutputs> &page)
{
    m_isAsking = false;
    if (!page) {
        m_error = page.error().message;
        m_isDone = true;
        emit changed();
        return;
    }
    for (const FoundOutput &hit : page->hits)
        m_lines->push_back(hit.offset);
    m_next = page->next;
    m_isDone = page->done;
    m_document.setShown(m_lines);
    emit changed();
    if (!m_isDone)
        ask();
}

void LogFilter::onDocumentChanged()
{
    if (isActive() && m_isDone && m_error.isEmpty() && m_document.size() > m_next) {
        m_isDone = false;
        ask();
    }
}

} // namespace Drover
