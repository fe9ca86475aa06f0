#include "tests/backend/agent/agentworld.h"
