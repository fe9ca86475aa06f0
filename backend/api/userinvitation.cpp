#include "backend/api/userinvitation.h"

#include "backend/protocol/cborcodec.h"

DROVER_CODEC(Drover::UserInvitation)
DROVER_CODEC(Drover::MachineInvitation)
