#include "backend/protocol/flagrequests.h"

#include "backend/protocol/cborcodec.h"

DROVER_CODEC(Drover::PauseTasks)
DROVER_CODEC(Drover::PauseEverything)
DROVER_CODEC(Drover::HoldProject)
DROVER_CODEC(Drover::PauseProject)
