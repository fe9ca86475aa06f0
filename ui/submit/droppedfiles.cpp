#include "ui/submit/droppedfiles.h"

#include "app/work/shellwords.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDirIterator>
#include <QtCore/QFileInfo>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(DroppedFiles)
};

constexpr qint64 longestShebang = 256;

DroppedFile bad(const QString &path, const QString &problem, const QString &remedy)
{
    return {.path = path, .kind = DropKind::Bad, .problem = problem, .remedy = remedy};
}

// "#!/usr/bin/env python3" names the interpreter, with at most one argument as the kernel has it.
QStringList interpreterOf(const QByteArray &head)
{
    if (!head.startsWith("#!"))
        return {};
    const QString line = QString::fromUtf8(head.mid(2).split('\n').first()).trimmed();
    const qsizetype space = line.indexOf(u' ');
    if (space < 0)
        return line.isEmpty() ? QStringList() : QStringList{line};
    return {line.left(space), line.mid(space + 1).trimmed()};
}

DropKind kindByName(const QString &suffix)
{
    if (suffix == "yaml"_L1 || suffix == "yml"_L1 || suffix == "json"_L1)
        return DropKind::Spec;
    if (suffix == "csv"_L1 || suffix == "tsv"_L1)
        return DropKind::Table;
    return suffix == "sh"_L1 ? DropKind::Script : DropKind::Data;
}

DroppedFile lookAt(const QFileInfo &info)
{
    const QString path = info.absoluteFilePath();
    if (!info.exists())
        return bad(path, Text::tr("The file is not there any more."), Text::tr("Leave it out"));
    if (!info.isFile())
        return bad(path, Text::tr("This is a device or a socket, not a file."), Text::tr("Leave it out"));
    if (info.size() == 0)
        return bad(path, Text::tr("The file is empty."), Text::tr("Leave it out, or choose another file"));
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return bad(path, Text::tr("The file cannot be read: %1.").arg(file.errorString()), Text::tr("Leave it out, or let yourself read it"));
    DroppedFile found{.path = path, .kind = kindByName(info.suffix().toLower()), .size = info.size()};
    found.interpreter = interpreterOf(file.read(longestShebang));
    if (!found.interpreter.isEmpty())
        found.kind = DropKind::Script;
    else if (found.kind == DropKind::Script)
        found.interpreter = {u"/bin/sh"_s};
    return found;
}

} // namespace

QList<DroppedFile> lookAtFiles(const QStringList &paths)
{
    QList<DroppedFile> files;
    QSet<QString> seen;
    const auto add = [&](const QFileInfo &info) {
        const QString path = info.absoluteFilePath();
        if (seen.contains(path))
            return true;
        seen.insert(path);
        if (files.size() == mostDroppedFiles) {
            files.append(bad(path, Text::tr("These are more than %1 files.").arg(mostDroppedFiles),
                             Text::tr("Hand them in with drover submit --each")));
            return false;
        }
        files.append(lookAt(info));
        return true;
    };
    for (const QString &path : paths) {
        const QFileInfo info(path);
        if (!info.isDir()) {
            if (!add(info))
                return files;
            continue;
        }
        QDirIterator below(path, QDir::Files | QDir::NoDotAndDotDot, QDirIterator::Subdirectories);
        QStringList found;
        while (below.hasNext() && found.size() <= mostDroppedFiles)
            found.append(below.next());
        found.sort();
        for (const QString &each : std::as_const(found)) {
            if (!add(QFileInfo(each)))
                return files;
        }
    }
    return files;
}

} // namespace Drover
