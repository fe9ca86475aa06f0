#include "backend/protocol/outputrequests.h"

#include "backend/protocol/cborcodec.h"

DROVER_CODEC(Drover::OutputPiece)
DROVER_CODEC(Drover::ReadOutput)
DROVER_CODEC(Drover::OutputInfo)
DROVER_CODEC(Drover::GetOutputInfo)
DROVER_CODEC(Drover::OutputPlace)
DROVER_CODEC(Drover::LocateOutput)
DROVER_CODEC(Drover::FoundOutputs)
DROVER_CODEC(Drover::FindOutput)
