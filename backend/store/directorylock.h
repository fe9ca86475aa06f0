#pragma once

#include "backend/base/result.h"

namespace Drover {

/// Keeps a second daemon off a data directory. It is a lock of the kernel's, so it ends with the
/// process however that ends. Any thread.
class DirectoryLock
{
public:
    DirectoryLock() = default;
    ~DirectoryLock();
    DirectoryLock(const DirectoryLock &) = delete;
    DirectoryLock &operator=(const DirectoryLock &) = delete;

    /// Makes the directory (0700) when it is not there. Conflict, with the process id of who has
    /// it, when it is taken.
    Result<void> take(const QString &directory);

private:
    int m_file = -1;
};

} // namespace Drover
