// Settings as people write them.
#include "tests/fuzz/fuzz.h"

#include "backend/settings/settingreader.h"

using namespace Drover;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArray bytes = bytesOf(data, size);
    SettingReader reader(daemonSettingKeys());
    reader.readToml(bytes, QStringLiteral("droverd.toml"));
    reader.readSet(QString::fromUtf8(bytes));
    for (const Problem &problem : reader.problems())
        PROMISE(!problem.reason.isEmpty());
    return 0;
}
