#include "backend/protocol/seriesrequests.h"

#include "backend/protocol/cborcodec.h"

DROVER_CODEC(Drover::CountSeries)
DROVER_CODEC(Drover::GetCounts)
DROVER_CODEC(Drover::LoadSeries)
DROVER_CODEC(Drover::LoadSeriesList)
DROVER_CODEC(Drover::GetMachineSeries)
DROVER_CODEC(Drover::BatchRate)
DROVER_CODEC(Drover::BatchRateList)
DROVER_CODEC(Drover::ListRates)
DROVER_CODEC(Drover::TimelineAttempt)
DROVER_CODEC(Drover::Timeline)
DROVER_CODEC(Drover::GetTimeline)
DROVER_CODEC(Drover::BatchStep)
DROVER_CODEC(Drover::BatchStepList)
DROVER_CODEC(Drover::ListSteps)
