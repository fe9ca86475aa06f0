#include "backend/tls/privatefile.h"

#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QSaveFile>

using namespace Qt::StringLiterals;

namespace Drover {

Result<void> writePrivateFile(const QString &path, const QByteArray &bytes)
{
    QSaveFile file(path);
    const bool written = file.open(QIODevice::WriteOnly)
        // before the first byte, not after the last
        && file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner)
        && file.write(bytes) == bytes.size() && file.commit();
    if (!written)
        return fail(ErrorCode::Io, u"cannot write %1: %2"_s.arg(path, file.errorString()));
    return {};
}

Result<QByteArray> readPrivateFile(const QString &path, qint64 maximum)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        const bool absent = !QFileInfo::exists(path);
        return fail(absent ? ErrorCode::NotFound : ErrorCode::Io,
                    u"cannot read %1: %2"_s.arg(path, file.errorString()));
    }
    constexpr auto others = QFileDevice::ReadGroup | QFileDevice::WriteGroup
        | QFileDevice::ReadOther | QFileDevice::WriteOther;
    if (file.permissions() & others)
        return fail(
            ErrorCode::NotPermitted,
            u"%1 can be read by others than its owner; chmod 600 it, and replace its key if "
            "somebody did"_s.arg(path));
    if (file.size() > maximum)
        return fail(ErrorCode::TooLarge, u"%1 is over %2 bytes"_s.arg(path).arg(maximum));
    return file.readAll();
}

} // namespace Drover
