#include "backend/protocol/agentmessages.h"

#include "backend/protocol/cborcodec.h"

DROVER_CODEC(Drover::AgentWelcome)
DROVER_CODEC(Drover::AgentHello)
DROVER_CODEC(Drover::Assignment)
DROVER_CODEC(Drover::AgentAssign)
DROVER_CODEC(Drover::AgentOrders)
DROVER_CODEC(Drover::AttemptCurve)
DROVER_CODEC(Drover::Report)
DROVER_CODEC(Drover::AgentReports)
DROVER_CODEC(Drover::ReportsAck)
DROVER_CODEC(Drover::OutputChunk)
DROVER_CODEC(Drover::OutputAck)
DROVER_CODEC(Drover::AgentBeat)
DROVER_CODEC(Drover::AgentBeatAck)
DROVER_CODEC(Drover::AgentGoodbye)
