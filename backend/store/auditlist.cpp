#include "backend/store/filtersql.h"
#include "backend/store/queries.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

QString seenBy(SqlText &text, const AuditScope &scope)
{
    if (scope.all)
        return u"1 = 1"_s;
    const QString own = u"audit.user_name = "_s + text.value(scope.user);
    if (scope.projects.isEmpty())
        return own;
    return u"(%1 OR %2)"_s.arg(own, text.isOneOf(u"audit.project"_s, scope.projects));
}

} // namespace

Result<AuditPage> listAudit(Database &db, const ListAudit &request, const AuditScope &scope)
{
    const Result<Filter> filter = Filter::parse(request.where, FilterSubject::Audit);
    if (!filter)
        return filter.error();
    const Instant now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
    SqlText text(db.dialect());
    QStringList conditions {sqlOf(*filter, {.now = now}, text), seenBy(text, scope)};
    if (request.before)
        conditions.append(u"audit.id < "_s + text.value(request.before.value));
    const int limit = std::clamp(request.limit, 1, 1000);
    const auto query = prepare(
        db,
        u"SELECT id, happened, user_name, address, program, action, object, outcome, touched, project"
        " FROM audit WHERE %1 ORDER BY id DESC LIMIT %2"_s.arg(conditions.join(u" AND "),
                                                              text.value(qint64(limit) + 1)),
        text);
    AuditPage page;
    while (query->next()) {
        AuditEntry &e = page.entries.emplace_back();
        RowReader(*query).read(e.id, e.at, e.user, e.address, e.program, e.method, e.object, e.outcome,
                               e.count, e.project);
    }
    if (const Result<void> read = query->finish(); !read)
        return read.error();
    page.more = page.entries.size() > limit;
    if (page.more)
        page.entries.removeLast();
    return page;
}

} // namespace Drover
