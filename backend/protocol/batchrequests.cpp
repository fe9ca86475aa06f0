#include "backend/protocol/batchrequests.h"

#include "backend/protocol/cborcodec.h"

DROVER_CODEC(Drover::BatchList)
DROVER_CODEC(Drover::ListBatches)
DROVER_CODEC(Drover::SetBatch)
DROVER_CODEC(Drover::Batch)
