#pragma once

#include <QtCore/QList>
#include <QtCore/QString>

namespace Drover {

/// What a file that was handed to us is good for.
enum class DropKind {
    Spec, ///< .yaml .yml .json: many tasks
    Table, ///< .csv .tsv: one task a row
    Script, ///< it says which interpreter it wants, or is called so: one task
    Data, ///< anything else: goes through a command template
    Bad, ///< empty, unreadable, no file at all
};

struct DroppedFile
{
    QString path;
    DropKind kind = DropKind::Data;
    qint64 size = 0;
    QStringList interpreter = {}; ///< of a script: /usr/bin/env python3
    QString problem = {}; ///< of a bad one, one sentence
    QString remedy = {};
};

constexpr qsizetype mostDroppedFiles = 10'000;

/// Looks at files, and into folders, which it goes down; reads the first line of each and no more, and
/// changes nothing. Past `mostDroppedFiles` the last one says so. Any thread: it waits for disks.
QList<DroppedFile> lookAtFiles(const QStringList &paths);

} // namespace Drover
