#include "backend/queue/waits.h"

#include "backend/store/store.h"

#include <algorithm>

using namespace std::chrono_literals;

namespace Drover {

Waits::Waits(Store &store, const Clock &clock, QObject *parent) : QObject(parent), m_clock(clock)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &Waits::onTimer);
    connect(&store, &Store::committed, this, &Waits::onCommitted);
}

void Waits::forTasks(const QHash<TaskId, TaskState> &states, std::chrono::milliseconds patience, Answer answer)
{
    Wait wait {.states = states, .batch = {}, .counts = {}, .until = m_clock.now() + patience, .answer = std::move(answer)};
    for (const TaskState state : states)
        wait.counts.add(state, 1);
    add(std::move(wait));
}

void Waits::forBatch(const Batch &batch, std::chrono::milliseconds patience, Answer answer)
{
    add({.states = {}, .batch = batch.id, .counts = batch.counts, .until = m_clock.now() + patience,
         .answer = std::move(answer)});
}

void Waits::add(Wait wait)
{
    const bool over = wait.counts.finished() == wait.counts.total();
    const auto added = m_waits.emplace(++m_lastWait, std::move(wait)).first;
    if (over)
        answerAt(added);
    else
        armTimer();
}

void Waits::onCommitted(const std::shared_ptr<Stage> &stage)
{
    for (auto it = m_waits.begin(); it != m_waits.end();) {
        const auto wait = it++;
        Wait &each = wait->second;
        if (each.batch) {
            const auto batch = stage->batches.constFind(each.batch);
            if (batch == stage->batches.cend())
                continue;
            each.counts = batch->counts;
        } else {
            for (const TaskChange &change : std::as_const(stage->taskChanges)) {
                const auto state = each.states.find(change.id);
                if (state == each.states.end())
                    continue;
                each.counts.add(*state, -1);
                each.counts.add(change.state, 1);
                *state = change.state;
            }
        }
        if (each.counts.finished() == each.counts.total())
            answerAt(wait);
    }
}

void Waits::onTimer()
{
    const Instant now = m_clock.now();
    for (auto it = m_waits.begin(); it != m_waits.end();) {
        const auto wait = it++;
        if (wait->second.until <= now)
            answerAt(wait);
    }
    armTimer();
}

void Waits::answerAt(std::map<int, Wait>::iterator wait)
{
    const Wait answered = std::move(wait->second);
    m_waits.erase(wait);
    answered.answer({.counts = answered.counts,
                     .ended = answered.counts.finished() == answered.counts.total()});
}

void Waits::armTimer()
{
    if (m_waits.empty())
        return;
    const auto next = std::ranges::min_element(m_waits, {}, [](const auto &each) { return each.second.until; });
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(next->second.until - m_clock.now());
    m_timer.start(std::max(left, std::chrono::milliseconds(1ms)));
}

} // namespace Drover
