#include "backend/protocol/feedrequests.h"

#include "backend/protocol/cborcodec.h"

DROVER_CODEC(Drover::FeedChanges)
DROVER_CODEC(Drover::FeedStart)
DROVER_CODEC(Drover::SubscribeFeed)
DROVER_CODEC(Drover::FeedGauges)
DROVER_CODEC(Drover::WindowRows)
DROVER_CODEC(Drover::OpenWindow)
DROVER_CODEC(Drover::GetWindowPage)
DROVER_CODEC(Drover::RefreshWindow)
DROVER_CODEC(Drover::CloseWindow)
DROVER_CODEC(Drover::WindowChanged)
DROVER_CODEC(Drover::WindowPlaces)
DROVER_CODEC(Drover::LocateInWindow)
