// The agent's journal, as a full disk or a power cut may leave it.
#include "tests/fuzz/fuzz.h"

#include "backend/agent/journal.h"
#include "backend/base/logging.h"
#include "tests/support/memoryfolder.h"

#include <QtCore/QFile>

using namespace Drover;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const MemoryFolder folder;
    static const bool isQuiet = [] {
        startLogging({.file = {}, .level = LogLevel::Error});
        return true;
    }();
    PROMISE(isQuiet);
    const QString path = folder.filePath(QStringLiteral("journal"));
    QFile file(path);
    PROMISE(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    file.write(bytesOf(data, size));
    file.close();
    qsizetype notes = 0;
    {
        Journal journal(path);
        if (!journal.open())
            return 0;
        notes = journal.notes().size();
    }
    // What it made of it is what it reads again.
    Journal again(path);
    PROMISE(again.open());
    PROMISE(again.notes().size() == notes);
    return 0;
}
