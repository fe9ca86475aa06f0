#include "backend/protocol/machinerequests.h"

#include "backend/protocol/cborcodec.h"

DROVER_CODEC(Drover::MachineList)
DROVER_CODEC(Drover::ListMachines)
DROVER_CODEC(Drover::Invitation)
DROVER_CODEC(Drover::InviteMachine)
DROVER_CODEC(Drover::Joined)
DROVER_CODEC(Drover::JoinMachine)
DROVER_CODEC(Drover::SetMachine)
DROVER_CODEC(Drover::RemoveMachine)
