#include "backend/protocol/sessionrequests.h"

#include "backend/protocol/cborcodec.h"

DROVER_CODEC(Drover::SessionInfo)
DROVER_CODEC(Drover::SignIn)
DROVER_CODEC(Drover::SignOut)
DROVER_CODEC(Drover::SetPassword)
DROVER_CODEC(Drover::SessionList)
DROVER_CODEC(Drover::ListSessions)
DROVER_CODEC(Drover::RevokeSession)
DROVER_CODEC(Drover::NewToken)
DROVER_CODEC(Drover::RedeemInvitation)
DROVER_CODEC(Drover::Status)
DROVER_CODEC(Drover::GetStatus)
DROVER_CODEC(Drover::HoldEverything)
DROVER_CODEC(Drover::Metrics)
DROVER_CODEC(Drover::GetMetrics)
