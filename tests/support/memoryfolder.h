#pragma once

#include <QtCore/QFileInfo>
#include <QtCore/QTemporaryDir>

namespace Drover {

/// A folder for one test that lies in memory where the machine has such a place, so that a test
/// of durable things does not wait for a disk.
class MemoryFolder
{
public:
    QString path() const { return m_folder.path(); }
    QString filePath(const QString &name) const { return m_folder.filePath(name); }

private:
    QTemporaryDir m_folder {QFileInfo(QStringLiteral("/dev/shm")).isWritable()
                                ? QStringLiteral("/dev/shm/drover-test-XXXXXX")
                                : QStringLiteral("/tmp/drover-test-XXXXXX")};
};

} // namespace Drover
