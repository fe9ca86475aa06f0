#include "backend/protocol/outputrequests.h"

#include "backend/protocol/cborcodec.h"

DROVER_CODEC(Drover::OutputPiece)
DROVER_CODEC(Drover::ReadOutput)
