#include "backend/shim/scope.h"

#include "backend/shim/sys.h"

#include <cerrno>
#include <initializer_list>
#include <sys/stat.h>

namespace Drover {

namespace {

/// The line of `text` that begins so, closed by a NUL; null: none does.
char *lineWith(char *text, const char *beginning)
{
    for (char *line = text; line && *line;) {
        char *end = strchr(line, '\n');
        if (strncmp(line, beginning, strlen(beginning)) == 0) {
            if (end)
                *end = 0;
            return line;
        }
        line = end ? end + 1 : nullptr;
    }
    return nullptr;
}

/// Where version 2 is mounted; /proc/self/mounts has "device folder type options 0 0".
bool findMount(char *path, size_t size)
{
    static char mounts[256 * 1024];
    readText("/proc/self/mounts", mounts, sizeof mounts);
    for (char *line = mounts; line && *line;) {
        char *next = strchr(line, '\n');
        if (next)
            *next++ = 0;
        char *folder = strchr(line, ' ');
        char *type = folder ? strchr(folder + 1, ' ') : nullptr;
        if (type && strncmp(type, " cgroup2 ", 9) == 0 && size_t(type - folder) <= size) {
            *type = 0;
            memcpy(path, folder + 1, size_t(type - folder));
            return true;
        }
        line = next;
    }
    return false;
}

} // namespace

int settleScope(char *path, size_t size)
{
    static char own[16 * 1024];
    char mount[200];
    path[0] = 0;
    readText("/proc/self/cgroup", own, sizeof own);
    const char *line = lineWith(own, "0::/");
    if (!line || !findMount(mount, sizeof mount))
        return ENOENT;
    ShortText<512> scope, leaf, procs, control;
    scope << mount << (line[4] ? line + 3 : "");
    leaf << scope.text() << "/shim";
    procs << leaf.text() << "/cgroup.procs";
    control << scope.text() << "/cgroup.subtree_control";
    if (strlen(scope.text()) >= size)
        return ENAMETOOLONG;
    if (mkdir(leaf.text(), 0755) != 0 && errno != EEXIST)
        return errno;
    if (const int error = writeText(procs.text(), "0"))
        return error;
    // One by one: what is not there must not keep the others away. Who asks for its limit is told
    // then.
    for (const char *controller : {"+memory", "+cpu", "+pids"})
        writeText(control.text(), controller);
    strcpy(path, scope.text());
    return 0;
}

} // namespace Drover
