#include "backend/protocol/strayrequests.h"

#include "backend/protocol/cborcodec.h"

DROVER_CODEC(Drover::Stray)
DROVER_CODEC(Drover::StrayList)
DROVER_CODEC(Drover::ListStrays)
DROVER_CODEC(Drover::StopStray)
DROVER_CODEC(Drover::AdoptStray)
