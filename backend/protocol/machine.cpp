#include "backend/protocol/machine.h"

#include "backend/protocol/cborcodec.h"

DROVER_CODEC(Drover::MachineFacts)
DROVER_CODEC(Drover::Machine)
