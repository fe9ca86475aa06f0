#pragma once

#include "backend/shim/runfolder.h"

namespace Drover {

enum class SendMode {
    Try, ///< Not when the agent is behind with reading
    Wait, ///< For as long as it has the pipe open
};

/// One atomic write to the agent's pipe. False: not sent, the pipe is full. An agent that is gone
/// counts as told: it will look into the run folder.
bool sendAnswer(int fd, const AnswerBody &answer, SendMode mode);

} // namespace Drover
