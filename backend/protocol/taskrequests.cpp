#include "backend/protocol/taskrequests.h"

#include "backend/protocol/cborcodec.h"

DROVER_CODEC(Drover::TaskPage)
DROVER_CODEC(Drover::ListTasks)
DROVER_CODEC(Drover::TaskDetail)
DROVER_CODEC(Drover::GetTask)
DROVER_CODEC(Drover::Touched)
DROVER_CODEC(Drover::CancelTasks)
DROVER_CODEC(Drover::RetryTasks)
DROVER_CODEC(Drover::HoldTasks)
DROVER_CODEC(Drover::SetPriority)
DROVER_CODEC(Drover::Awaited)
DROVER_CODEC(Drover::AwaitTasks)
