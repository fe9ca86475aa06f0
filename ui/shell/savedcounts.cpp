#include "ui/shell/savedcounts.h"

#include "app/client/connection.h"
#include "app/mirror/mirror.h"
#include "ui/widgets/desk.h"

using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr auto soonest = 3s;
constexpr int restsFor = 20; // times as long as a round took

} // namespace

SavedCounts::SavedCounts(const Desk &desk, QObject *parent) : QObject(parent), m_desk(desk)
{
    m_rounds.setSingleShot(true);
    connect(&m_rounds, &QTimer::timeout, this, &SavedCounts::begin);
    connect(&desk.mirror, &Mirror::sessionChanged, this, [this] {
        m_seen = -1;
        m_rounds.start(0ms);
    });
}

void SavedCounts::setViews(const QList<SavedView> &views)
{
    m_views = views;
    m_seen = -1;
    if (m_at < 0)
        m_rounds.start(0ms);
}

void SavedCounts::begin()
{
    m_rounds.start(soonest);
    if (m_at >= 0 || m_views.isEmpty() || !m_desk.connection.isReady() || m_desk.mirror.revision() == m_seen)
        return;
    m_seen = m_desk.mirror.revision();
    m_began = std::chrono::steady_clock::now();
    m_at = 0;
    next();
}

void SavedCounts::next()
{
    if (m_at >= m_views.size()) {
        m_at = -1;
        const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - m_began);
        m_rounds.start(std::max<std::chrono::milliseconds>(soonest, took * restsFor));
        return;
    }
    const SavedView view = m_views.at(m_at);
    m_desk.connection.send(CountTasks{view.filter}, this, [this, name = view.name](const Result<Counted> &counted) {
        // What is wrong with a filter is said where it is opened.
        const QString count = counted ? QLocale().toString(counted->count) : QString();
        if (m_counts.value(name) != count) {
            m_counts.insert(name, count);
            emit this->counted(name, count);
        }
        ++m_at;
        next();
    });
}

} // namespace Drover
