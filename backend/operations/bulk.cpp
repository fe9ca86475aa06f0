#include "backend/operations/bulk.h"

#include "backend/protocol/cborcodec.h"

namespace Drover {

QByteArray packedIds(const QList<TaskId> &ids)
{
    return encode(ids);
}

Result<QList<TaskId>> unpackedIds(const QByteArray &bytes)
{
    return decode<QList<TaskId>>(bytes, UnknownFields::Skip);
}

QByteArray packedUndo(const QList<UndoEntry> &entries)
{
    return entries.isEmpty() ? QByteArray() : encode(entries);
}

Result<QList<UndoEntry>> unpackedUndo(const QByteArray &bytes)
{
    if (bytes.isEmpty())
        return QList<UndoEntry>();
    return decode<QList<UndoEntry>>(bytes, UnknownFields::Skip);
}

} // namespace Drover
