#pragma once

#include <QtCore/QStringView>

namespace Drover {

/// How names are sorted for people: whatever the case, and numbers in them as numbers, so that m9 comes
/// before m10. Below zero, zero, above, in every locale alike: QCollator cannot do so in some.
int naturalCompare(QStringView a, QStringView b);

} // namespace Drover
