#include "backend/protocol/operationrequests.h"

#include "backend/protocol/cborcodec.h"

DROVER_CODEC(Drover::Operation)
DROVER_CODEC(Drover::OperationList)
DROVER_CODEC(Drover::ListOperations)
DROVER_CODEC(Drover::GetOperation)
DROVER_CODEC(Drover::CancelOperation)
DROVER_CODEC(Drover::UndoOperation)
