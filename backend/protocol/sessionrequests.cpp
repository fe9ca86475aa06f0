#include "backend/protocol/sessionrequests.h"

#include "backend/protocol/cborcodec.h"

DROVER_CODEC(Drover::SessionInfo)
DROVER_CODEC(Drover::SignIn)
DROVER_CODEC(Drover::NewToken)
DROVER_CODEC(Drover::RedeemInvitation)
DROVER_CODEC(Drover::Status)
DROVER_CODEC(Drover::GetStatus)
DROVER_CODEC(Drover::HoldEverything)
