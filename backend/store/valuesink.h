#pragma once

#include "backend/base/ids.h"
#include "backend/base/instant.h"
#include "backend/protocol/field.h"

#include <QtCore/QByteArray>
#include <QtCore/QString>

#include <optional>

namespace Drover {

/// Takes values one after the other: the parameters of a statement, or the columns of a row of a
/// list. Says once how every type of ours lies in a column.
class ValueSink
{
public:
    virtual ~ValueSink() = default;

    void put(qint64 value) { takeInteger(value); }
    void put(int value) { takeInteger(value); }
    void put(bool value) { takeInteger(value ? 1 : 0); }
    /// Column types are signed: the same 64 bits.
    void put(quint64 value) { takeInteger(qint64(value)); }
    void put(double value) { takeReal(value); }
    void put(const QString &value) { takeText(value.toUtf8()); }
    void put(const QByteArray &value) { takeBlob(value); }
    void put(Instant value) { takeInteger(toMicroseconds(value)); }
    template<typename Rep, typename Period>
    void put(std::chrono::duration<Rep, Period> value)
    {
        takeInteger(qint64(value.count()));
    }
    template<typename Tag>
    void put(Id<Tag> value)
    {
        takeInteger(value.value);
    }
    /// A word that a newer program invented has a number in this process only: on disk it is -1.
    template<NamedEnum E>
    void put(E value)
    {
        takeInteger(size_t(value) < enumNames<E>.size() ? qint64(value) : -1);
    }
    template<typename T>
    void put(const std::optional<T> &value)
    {
        if (value)
            put(*value);
        else
            takeNull();
    }

protected:
    virtual void takeInteger(qint64 value) = 0;
    virtual void takeReal(double value) = 0;
    virtual void takeText(QByteArray utf8) = 0;
    virtual void takeBlob(const QByteArray &value) = 0;
    virtual void takeNull() = 0;
};

} // namespace Drover
