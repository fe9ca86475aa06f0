#include "backend/agent/removetree.h"

#include <cerrno>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace Drover {

namespace {

constexpr int folderFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

int openFolder(int parent, const char *name)
{
    int folder = openat(parent, name, folderFlags);
    if (folder < 0 && errno == EACCES && fchmodat(parent, name, 0700, 0) == 0)
        folder = openat(parent, name, folderFlags);
    return folder;
}

/// The names first, then the removing: what a folder yields while it changes is not defined.
std::vector<std::string> namesIn(int folder)
{
    std::vector<std::string> names;
    const int own = openat(folder, ".", folderFlags);
    DIR *listing = own >= 0 ? fdopendir(own) : nullptr;
    if (!listing) {
        if (own >= 0)
            close(own);
        return names;
    }
    while (const dirent *entry = readdir(listing)) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            names.emplace_back(entry->d_name);
    }
    closedir(listing);
    return names;
}

dev_t deviceOf(int folder)
{
    struct stat info;
    return fstat(folder, &info) == 0 ? info.st_dev : 0;
}

/// Depth is bounded by PATH_MAX in what a task can make with paths, but not with chdir: beyond
/// this depth it is left, and said.
constexpr int maxDepth = 1000;

int removeBelow(int parent, const char *name, dev_t device, int depth);

int clear(int folder, dev_t device, int depth)
{
    if (depth > maxDepth)
        return ELOOP;
    fchmod(folder, 0700); // a folder without `w` keeps what it holds
    int first = 0;
    for (const std::string &name : namesIn(folder)) {
        const int error = removeBelow(folder, name.c_str(), device, depth + 1);
        if (!first)
            first = error;
    }
    return first;
}

int removeBelow(int parent, const char *name, dev_t device, int depth)
{
    if (unlinkat(parent, name, 0) == 0 || errno == ENOENT)
        return 0;
    if (errno != EISDIR && errno != EPERM)
        return errno;
    if (unlinkat(parent, name, AT_REMOVEDIR) == 0)
        return 0;
    if (errno != ENOTEMPTY && errno != EEXIST && errno != EACCES)
        return errno;
    const int folder = openFolder(parent, name);
    if (folder < 0)
        return errno;
    const int error = deviceOf(folder) == device ? clear(folder, device, depth) : EXDEV;
    close(folder);
    if (error)
        return error;
    return unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT ? 0 : errno;
}

} // namespace

int removeTree(int parent, const char *name)
{
    struct stat info;
    if (fstatat(parent, name, &info, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT ? 0 : errno;
    return removeBelow(parent, name, info.st_dev, 0);
}

int removeContents(int folder)
{
    return clear(folder, deviceOf(folder), 0);
}

} // namespace Drover
