#include "backend/protocol/submissionrequests.h"

#include "backend/protocol/cborcodec.h"

DROVER_CODEC(Drover::Submitted)
DROVER_CODEC(Drover::Submit)
DROVER_CODEC(Drover::SubmissionOpened)
DROVER_CODEC(Drover::BeginSubmission)
DROVER_CODEC(Drover::AddToSubmission)
DROVER_CODEC(Drover::CommitSubmission)
