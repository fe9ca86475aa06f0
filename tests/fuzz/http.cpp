// Heads and bodies at the front door.
#include "tests/fuzz/fuzz.h"

#include "backend/api/httpparser.h"

using namespace Drover;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const FrontDoorLimits limits;
    HttpParser parser(limits);
    QByteArray bytes = bytesOf(data, size);
    for (int requests = 0; requests < 50; ++requests) {
        const qsizetype end = HttpParser::endOfHead(bytes, 0);
        PROMISE(end >= 0 && end <= bytes.size());
        if (end == 0)
            return 0;
        const auto head = parser.readHead(QByteArrayView(bytes).first(end));
        if (!head) {
            PROMISE(head.error().status >= 400);
            return 0;
        }
        PROMISE(head->path.startsWith('/'));
        bytes.remove(0, end);
        while (!parser.isComplete() && !bytes.isEmpty()) {
            QByteArray piece;
            const auto taken = parser.readBody(bytes, piece);
            if (!taken)
                return 0;
            PROMISE(*taken >= 0 && *taken <= bytes.size() && piece.size() <= *taken);
            bytes.remove(0, *taken);
            if (*taken == 0)
                return 0;
        }
        if (!parser.isComplete())
            return 0;
    }
    return 0;
}
