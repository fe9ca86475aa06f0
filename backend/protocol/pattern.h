#pragma once

#include "backend/base/result.h"

#include <QtCore/QRegularExpression>

namespace Drover {

/// A regular expression out of what our own matcher and PostgreSQL's mean the same by, so that a
/// filter finds the same tasks everywhere: characters, `.`, `[a-z]`, `\d \w \s \b`, groups,
/// `|`, `* + ? {m,n}`, `^ $`, `(?i)` at the beginning. Case counts; it may match anywhere.
///
/// Bounded: at most 200 characters, and a match that takes too many steps is none. Any thread.
class Pattern
{
public:
    Pattern() = default;

    /// Invalid, with what is wrong and what to write instead.
    static Result<Pattern> compile(const QString &text);

    bool matches(const QString &subject) const;

    QString text() const { return m_text; }
    /// The same in PostgreSQL's words.
    QString postgres() const { return m_postgres; }

private:
    QString m_text;
    QString m_postgres;
    QRegularExpression m_expression;
};

} // namespace Drover
