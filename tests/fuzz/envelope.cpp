// Frames of the wire in both formats, and the messages inside them.
#include "tests/fuzz/fuzz.h"

#include "backend/protocol/methods.h"

using namespace Drover;

namespace {

template<typename... Ts>
void decodeAll(const QByteArray &params, TypeList<Ts...>)
{
    ((void)decode<Ts>(params, UnknownFields::Refuse), ...);
}

} // namespace

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const QByteArray frame = bytesOf(data + 1, size - 1);
    const WireFormat format = data[0] % 2 ? WireFormat::Json : WireFormat::Cbor;
    const Result<QList<Envelope>> envelopes = envelopesOf(frame, format);
    if (!envelopes) {
        PROMISE(!envelopes.error().message.isEmpty());
        return 0;
    }
    for (const Envelope &envelope : *envelopes) {
        decodeAll(envelope.params, Methods {});
        (void)decode<AgentReports>(envelope.params);
        (void)decode<OutputChunk>(envelope.params);
        // What was understood can be said again, and means the same.
        if (const Result<Submit> submit = decode<Submit>(envelope.params)) {
            const Result<Submit> again = decode<Submit>(encode(*submit));
            PROMISE(again && encode(*again) == encode(*submit));
        }
    }
    return 0;
}
