#pragma once

#include "backend/protocol/filterfield.h"

#include <QtCore/QStringList>

#include <functional>

namespace Drover {

/// What could stand at the cursor of a filter line.
struct FilterProposal
{
    QString text; ///< takes the place of the piece
    QString words; ///< what it means; may be empty

    friend bool operator==(const FilterProposal &, const FilterProposal &) = default;
};

struct FilterProposals
{
    int from = 0; ///< of the piece at the cursor
    int length = 0;
    QList<FilterProposal> proposals;
};

/// Fields, their values, and the words of the grammar that begin as the piece before the cursor does.
/// `names` gives what there is of a field with names of its own (batches, machines, users). Pure.
FilterProposals proposalsFor(const QString &text, int cursor, FilterSubject subject,
                             const std::function<QStringList(FilterField)> &names);

} // namespace Drover
