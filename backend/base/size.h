#pragma once

#include <QtCore/QString>

#include <optional>

namespace Drover {

/// "812 B", "3.4 MB", "2 GB": powers of 1000, as disks and networks are sold.
QString printedSize(qint64 bytes);

/// Reads "2GB", "512 MiB", "1.5g", "100". kB, MB, GB… are powers of 1000; KiB, MiB… and a letter
/// alone (K, M, G, as docker, Slurm and systemd have it) of 1024; a bare number is bytes.
/// Case does not matter. Nothing for what is no size, is negative, or is past 2^63.
std::optional<qint64> sizeOf(QStringView text);

} // namespace Drover
