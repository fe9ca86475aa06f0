#include "backend/protocol/renewalrequests.h"

#include "backend/protocol/cborcodec.h"

DROVER_CODEC(Drover::Renewed)
DROVER_CODEC(Drover::RenewMachine)
