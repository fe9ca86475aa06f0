#pragma once

#include <QtCore/QCoreApplication>

namespace Drover {

/// `WorkText::tr("…")`: every text of this room that a person reads, in a form lupdate finds.
class WorkText
{
    Q_DECLARE_TR_FUNCTIONS(work)
};

} // namespace Drover
