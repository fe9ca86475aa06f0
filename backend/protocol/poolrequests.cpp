#include "backend/protocol/poolrequests.h"

#include "backend/protocol/cborcodec.h"

DROVER_CODEC(Drover::Pool)
DROVER_CODEC(Drover::PoolList)
DROVER_CODEC(Drover::ListPools)
DROVER_CODEC(Drover::ResumePool)
