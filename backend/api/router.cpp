#include "backend/api/router.h"

namespace Drover {

const Router::Entry *Router::find(const QString &method) const
{
    const auto it = m_entries.constFind(method.toUtf8());
    return it == m_entries.cend() ? nullptr : &*it;
}

} // namespace Drover
