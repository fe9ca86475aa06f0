#pragma once

#include "backend/protocol/task.h"

#include <QtCore/QHash>

#include <memory>

namespace Drover {

/// The specs of the tasks that will start next, so that an assignment need not wait for the
/// database. A new task's spec is kept while there is room; the others are read ahead (dispatch).
/// State thread.
class SpecCache
{
public:
    using Spec = std::shared_ptr<const TaskSpec>;
    static constexpr qsizetype most = 4000;

    bool hasRoom() const { return m_specs.size() < most; }
    void insert(TaskId id, Spec spec) { m_specs.insert(id, std::move(spec)); }
    void remove(TaskId id) { m_specs.remove(id); }
    void clear() { m_specs.clear(); }
    Spec find(TaskId id) const { return m_specs.value(id); }

private:
    QHash<TaskId, Spec> m_specs;
};

} // namespace Drover
