// Certificate requests of machines that join, and PEM of any kind.
#include "tests/fuzz/fuzz.h"

#include "backend/base/clock.h"
#include "backend/tls/authority.h"

using namespace Drover;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const Instant now = SystemClock().now();
    static const Result<Authority> authority = Authority::create(now);
    PROMISE(authority);
    const QByteArray pem = bytesOf(data, size);
    if (const Result<Certificate> signedOne = authority->signMachine(pem, MachineId {7}, now)) {
        const Result<MachineId> machine = verifyMachine(*signedOne, {authority->certificate()}, now);
        PROMISE(machine && *machine == MachineId {7}); // whatever the request says
    }
    (void)Certificate::listFromPem(pem);
    (void)Certificate::fromDer(pem);
    (void)PrivateKey::fromPem(pem);
    return 0;
}
