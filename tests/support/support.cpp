#include "tests/support/fakeclock.h"
#include "tests/support/verify.h"
