#pragma once

#include "backend/base/result.h"

namespace Drover {

/// Gathers everything that is wrong in what a person wrote, so that all of it is mended in one go.
/// Past `most` it only counts: a table of 100,000 bad rows is one mistake.
class Problems
{
public:
    static constexpr int most = 100;

    void add(Problem problem);
    void add(const QList<Problem> &problems);
    bool isEmpty() const { return m_count == 0; }

    /// Invalid with all of them; what is gathered must not be empty.
    Error error() const;

private:
    QList<Problem> m_problems;
    qsizetype m_count = 0;
};

/// One problem of a file (or of no file) as an error.
Error problem(Problem what);

/// The one of `known` that was probably meant; empty when none is near.
QString nearest(const QString &word, const QStringList &known);

/// "did you mean memory?", or, when nothing is near, all that would have been right.
QString remedyFor(const QString &word, const QStringList &known);

} // namespace Drover
