#include "backend/api/httproutes.h"

#include <algorithm>

namespace Drover {

namespace {

bool matches(const HttpRoute &route, const QByteArray &path)
{
    return route.match == HttpRoute::Match::Exact ? path == route.path
                                                  : path.startsWith(route.path);
}

bool isMoreParticular(const HttpRoute &a, const HttpRoute &b)
{
    if (a.match != b.match)
        return a.match == HttpRoute::Match::Exact;
    return a.path.size() > b.path.size();
}

} // namespace

void HttpRoutes::add(HttpRoute route)
{
    Q_ASSERT(bool(route.handler) != bool(route.streamHandler));
    const auto at = std::upper_bound(m_routes.begin(), m_routes.end(), route, isMoreParticular);
    m_routes.insert(at, std::move(route));
}

HttpRoutes::Found HttpRoutes::find(const QByteArray &method, const QByteArray &path) const
{
    Found found;
    for (const HttpRoute &route : m_routes) {
        if (!matches(route, path))
            continue;
        const bool isHead = method == "HEAD" && route.method == "GET";
        if (!found.route && (route.method == method || isHead))
            found.route = &route;
        found.allowed.append(route.method);
    }
    return found;
}

} // namespace Drover
