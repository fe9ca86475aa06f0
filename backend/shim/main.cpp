#include "backend/shim/host.h"

#include <cstdio>
#include <cstring>

namespace {

int usage(FILE *to)
{
    fputs("usage: drover-shim host [--scope]   minds tasks for drover-agent, which starts it\n"
          "       drover-shim --version\n",
          to);
    return to == stdout ? 0 : 2;
}

} // namespace

int main(int count, char **arguments)
{
    if (count == 2 && strcmp(arguments[1], "--version") == 0)
        return puts("drover-shim " DROVER_VERSION) < 0;
    if (count == 2 && strcmp(arguments[1], "--help") == 0)
        return usage(stdout);
    const bool scope = count == 3 && strcmp(arguments[2], "--scope") == 0;
    if (count < 2 || strcmp(arguments[1], "host") != 0 || (count > 2 && !scope))
        return usage(stderr);
    static Drover::Host host; // not on the stack: it is large, and shims inherit it
    if (const int error = host.prepare()) {
        fprintf(stderr, "drover-shim: %s\n", strerror(error));
        return 1;
    }
    if (scope)
        host.useScope();
    return host.run();
}
