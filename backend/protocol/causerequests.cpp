#include "backend/protocol/causerequests.h"

#include "backend/protocol/cborcodec.h"

DROVER_CODEC(Drover::Cause)
DROVER_CODEC(Drover::CauseList)
DROVER_CODEC(Drover::ListCauses)
