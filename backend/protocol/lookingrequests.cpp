#include "backend/protocol/lookingrequests.h"

#include "backend/protocol/cborcodec.h"

DROVER_CODEC(Drover::LookAt)
DROVER_CODEC(Drover::ViewersChanged)
