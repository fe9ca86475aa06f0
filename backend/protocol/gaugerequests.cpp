#include "backend/protocol/gaugerequests.h"

#include "backend/protocol/cborcodec.h"

DROVER_CODEC(Drover::TaskGauges)
DROVER_CODEC(Drover::GetGauges)
