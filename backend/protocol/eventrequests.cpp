#include "backend/protocol/eventrequests.h"

#include "backend/protocol/cborcodec.h"

DROVER_CODEC(Drover::Event)
DROVER_CODEC(Drover::EventPage)
DROVER_CODEC(Drover::ListEvents)
DROVER_CODEC(Drover::FeedEvents)
