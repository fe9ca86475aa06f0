#pragma once

#include "app/work/specnode.h"
#include "backend/base/result.h"

#include <QtCore/QByteArray>

namespace Drover {

/// Most that is read of one file. A million short tasks fit; a disk image does not.
constexpr qint64 largestSpecFile = 256 * 1024 * 1024;
/// Most parts a tree may have once its aliases are followed: a file of a hundred lines can say
/// "ten of ten of ten…" (an alias bomb), and means no good by it.
constexpr qint64 mostSpecNodes = 20'000'000;
/// Keys are looked up one after the other; labels and columns are tens.
constexpr int mostSpecKeys = 2000;
constexpr int deepestSpec = 64;

/// UTF-8 without its mark; Invalid names file, line and what to do for bytes that are not UTF-8,
/// TooLarge for more than `largestSpecFile`.
Result<QString> textOf(const QString &file, const QByteArray &bytes);

/// All of a file, or of standard input where `path` is "-"; bounded before it is read.
Result<QByteArray> readSpecFile(const QString &path);

/// The one document of a YAML 1.2 file, aliases and merge keys (`<<`) followed.
Result<SpecNode> yamlNode(const QString &file, const QByteArray &bytes);

Result<SpecNode> jsonNode(const QString &file, const QByteArray &bytes);

} // namespace Drover
