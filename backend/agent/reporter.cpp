#include "backend/agent/reporter.h"

namespace Drover {

namespace {

constexpr qsizetype messageLimit = 1024 * 1024; // bytes of output in one message

} // namespace

Reporter::Reporter(DaemonLink &link, QObject *parent) : QObject(parent), m_link(link)
{
}

void Reporter::begin(qint64 generation)
{
    // 53 bits on the wire: two million restarts of four billion reports.
    m_last = generation << 32;
}

void Reporter::add(Report report)
{
    report.seq = ++m_last;
    m_waiting.push_back(std::move(report));
    sendSoon();
}

void Reporter::resume()
{
    m_live = true;
    m_sent = 0;
    sendSoon();
}

void Reporter::sendSoon()
{
    if (m_due || !m_live || m_sent == m_waiting.size())
        return;
    m_due = true;
    QMetaObject::invokeMethod(this, &Reporter::send, Qt::QueuedConnection);
}

void Reporter::send()
{
    m_due = false;
    while (m_live && m_sent < m_waiting.size()) {
        AgentReports message;
        for (qsizetype size = 0; m_sent < m_waiting.size() && size < messageLimit; ++m_sent) {
            const Report &report = m_waiting[m_sent];
            size += report.out.size() + report.err.size() + 256;
            message.reports.append(report);
        }
        m_link.send(message);
    }
}

void Reporter::acknowledge(qint64 upTo)
{
    QList<AttemptId> ended;
    while (!m_waiting.empty() && m_waiting.front().seq <= upTo) {
        if (m_waiting.front().kind == ReportKind::Ended)
            ended.append(m_waiting.front().id());
        m_waiting.pop_front();
        m_sent -= m_sent > 0 ? 1 : 0;
    }
    if (!ended.isEmpty())
        emit endsCommitted(ended);
}

void Reporter::forget(AttemptId id)
{
    for (size_t i = m_waiting.size(); i-- > 0;) {
        if (m_waiting[i].id() != id)
            continue;
        m_waiting.erase(m_waiting.begin() + std::ptrdiff_t(i));
        m_sent -= i < m_sent ? 1 : 0;
    }
}

} // namespace Drover
