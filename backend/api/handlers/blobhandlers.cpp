#include "backend/api/blobdesk.h"
#include "backend/api/handlers/handlers.h"

namespace Drover {

void handleBlobs(Router &router, BlobDesk &blobs)
{
    router.handle<GetBlobTicket>({.who = Who::SignedIn},
                                 [&blobs](const Caller &caller, const GetBlobTicket &,
                                          const Answer<BlobTicket> &answer) {
                                     answer(blobs.ticket(caller));
                                 });
    router.handle<GetTaskOutputs>({.who = Who::Viewer},
                                  [&blobs](const Caller &caller, const GetTaskOutputs &request,
                                           const Answer<TaskOutputs> &answer) {
                                      blobs.outputs(caller, request, answer);
                                  });
}

} // namespace Drover
