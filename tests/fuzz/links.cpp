// Invitation links and addresses, as they come out of chats.
#include "tests/fuzz/fuzz.h"

#include "backend/tls/invitationlink.h"

using namespace Drover;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QString text = QString::fromUtf8(bytesOf(data, size));
    if (const Result<InvitationLink> link = InvitationLink::parse(text)) {
        const Result<InvitationLink> again = InvitationLink::parse(link->printed());
        PROMISE(again && *again == *link);
    }
    if (const Result<ServerAddress> address = ServerAddress::parse(text)) {
        const Result<ServerAddress> again = ServerAddress::parse(printed(*address));
        PROMISE(again && *again == *address);
    }
    return 0;
}
