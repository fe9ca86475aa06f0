// Specs in YAML, JSON, tables and lines; the first byte says which.
#include "tests/fuzz/fuzz.h"

#include "app/work/workreader.h"

using namespace Drover;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const QByteArray bytes = bytesOf(data + 1, size - 1);
    const QString file = QStringLiteral("work");
    WorkReader reader(SpecNode::ofMap());
    switch (data[0] % 4) {
    case 0:
        reader.addSpec(file, bytes, SpecFormat::Yaml);
        break;
    case 1:
        reader.addSpec(file, bytes, SpecFormat::Json);
        break;
    case 2:
        reader.addSpec(file, bytes, SpecFormat::Table);
        break;
    default:
        reader.addLines(file, bytes);
    }
    const Result<WorkList> work = reader.finish();
    if (work)
        PROMISE(work->tasks.size() == work->origins.size());
    else
        PROMISE(!work.error().message.isEmpty() || !work.error().problems.isEmpty());
    return 0;
}
