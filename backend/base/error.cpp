#include "backend/base/error.h"

#include <array>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

// In the order of ErrorCode. On the wire: never rename.
constexpr std::array names {
    "internal"_L1, "invalid"_L1, "unsupported-field"_L1, "not-signed-in"_L1, "not-permitted"_L1,
    "not-found"_L1, "conflict"_L1, "busy"_L1, "storage-unavailable"_L1, "too-large"_L1,
    "limit-reached"_L1, "timed-out"_L1, "unreachable"_L1, "untrusted"_L1, "protocol"_L1,
    "version-mismatch"_L1, "window-gone"_L1, "interrupted"_L1, "io"_L1,
};
static_assert(names.size() == size_t(ErrorCode::Io) + 1);

} // namespace

QLatin1StringView errorName(ErrorCode code)
{
    return names.at(size_t(code));
}

ErrorCode errorCodeOf(QStringView name)
{
    for (size_t i = 0; i < names.size(); ++i) {
        if (name == names.at(i))
            return ErrorCode(i);
    }
    return ErrorCode::Internal;
}

QString printed(const Problem &problem)
{
    QString where = problem.file;
    if (problem.line > 0)
        where += (where.isEmpty() ? u"line "_s : u":"_s) + QString::number(problem.line);
    QStringList parts;
    for (const QString &part : {where, problem.field, problem.reason}) {
        if (!part.isEmpty())
            parts.append(part);
    }
    const QString text = parts.join(u": "_s);
    return problem.remedy.isEmpty() ? text : text + u"; "_s + problem.remedy;
}

QString printed(const Error &error)
{
    QString text = error.message;
    for (const Problem &problem : error.problems)
        text += u"\n  "_s + printed(problem);
    return text;
}

} // namespace Drover
