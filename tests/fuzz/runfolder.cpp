// Records in a run folder, and the answers of a shim host.
#include "tests/fuzz/fuzz.h"

#include "backend/shim/runfolder.h"
#include "tests/support/memoryfolder.h"

#include <QtCore/QDir>
#include <QtCore/QFile>

using namespace Drover;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const MemoryFolder folder;
    const QString path = folder.filePath(QStringLiteral("42-1"));
    PROMISE(QDir().mkpath(path));
    for (const char *name : {runHeaderFile, runStatusFile}) {
        QFile file(path + QLatin1Char('/') + QLatin1String(name));
        PROMISE(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
        file.write(bytesOf(data, size));
        file.close();
        const RunFolderContent content = readRunFolder(path.toStdString());
        PROMISE(content.state != RunFolderState::Unreadable || content.error != 0);
        QFile::remove(file.fileName());
    }
    ShimAnswers answers;
    answers.append(reinterpret_cast<const char *>(data), size);
    for (int count = 0; answers.next(); ++count)
        PROMISE(count < 1'000'000);
    return 0;
}
