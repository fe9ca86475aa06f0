#pragma once

#include <QtCore/QString>

namespace Drover {

/// The version of this program, "0.1.0".
QString programVersion();

/// Version of the wire protocol. v1 only grows.
constexpr int wireVersion = 1;

} // namespace Drover
