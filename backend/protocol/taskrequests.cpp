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
DROVER_CODEC(Drover::DeleteTasks)
DROVER_CODEC(Drover::KeepTasks)
DROVER_CODEC(Drover::SetPriority)
DROVER_CODEC(Drover::Awaited)
DROVER_CODEC(Drover::AwaitTasks)
DROVER_CODEC(Drover::LabelTasks)
DROVER_CODEC(Drover::MoveTasks)
DROVER_CODEC(Drover::EditTasks)
DROVER_CODEC(Drover::Counted)
DROVER_CODEC(Drover::CountTasks)
DROVER_CODEC(Drover::StateBreakdown)
DROVER_CODEC(Drover::CountStates)
