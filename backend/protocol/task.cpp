#include "backend/protocol/task.h"

#include "backend/protocol/cborcodec.h"

DROVER_CODEC(Drover::Needs)
DROVER_CODEC(Drover::TaskSpec)
DROVER_CODEC(Drover::Task)
