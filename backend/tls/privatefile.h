#pragma once

#include "backend/base/result.h"

#include <QtCore/QByteArray>

namespace Drover {

/// Writes a file that only its owner reads (0600): beside, synced, then renamed over the old one,
/// so that after a crash there is the old or the new and never half of one. Any thread; waits for
/// the disk.
Result<void> writePrivateFile(const QString &path, const QByteArray &bytes);

/// Refuses files over `maximum` bytes, and files that others may read: a key that leaked must be
/// noticed.
Result<QByteArray> readPrivateFile(const QString &path, qint64 maximum = 1024 * 1024);

} // namespace Drover
