#include "backend/protocol/explainrequests.h"

#include "backend/protocol/cborcodec.h"

DROVER_CODEC(Drover::Explanation)
DROVER_CODEC(Drover::ExplainTask)
