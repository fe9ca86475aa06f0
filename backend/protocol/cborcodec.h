#pragma once

// How codec.h's functions are made for a type: included by the sources that say DROVER_CODEC, and
// by nobody else, since each type costs a compiler half a second.

#include "backend/protocol/codec.h"

#include <QtCore/QCborStreamReader>
#include <QtCore/QCborStreamWriter>

namespace Drover {

/// Writes values as CBOR maps with the names of their field lists. A field that has its default
/// is left out, so a message is as long as what it says.
class CborEncoder
{
public:
    explicit CborEncoder(QByteArray *into) : m_writer(into) { }

    QCborStreamWriter &writer() { return m_writer; }

    void write(bool value) { m_writer.append(value); }
    void write(qint64 value) { m_writer.append(value); }
    void write(int value) { m_writer.append(qint64(value)); }
    void write(quint64 value) { m_writer.append(qint64(value)); }
    void write(double value) { m_writer.append(value); }
    void write(const QString &value) { m_writer.append(QStringView(value)); }
    void write(const QByteArray &value) { m_writer.append(value); }
    void write(const QCborValue &value) { value.toCbor(m_writer); }
    void write(Instant value) { m_writer.append(toMicroseconds(value)); }
    void write(std::chrono::milliseconds value) { m_writer.append(qint64(value.count())); }
    void write(std::chrono::microseconds value) { m_writer.append(qint64(value.count())); }

    template<typename Tag>
    void write(Id<Tag> value)
    {
        m_writer.append(value.value);
    }

    template<NamedEnum E>
    void write(E value)
    {
        writeText(enumWord(value));
    }

    template<typename T>
    void write(const std::optional<T> &value)
    {
        if (value)
            write(*value);
        else
            m_writer.append(nullptr);
    }

    template<typename T>
    void write(const QList<T> &values)
    {
        m_writer.startArray(quint64(values.size()));
        for (const T &value : values)
            write(value);
        m_writer.endArray();
    }

    template<typename T>
    void write(const QMap<QString, T> &values)
    {
        m_writer.startMap(quint64(values.size()));
        for (auto it = values.cbegin(); it != values.cend(); ++it) {
            write(it.key());
            write(it.value());
        }
        m_writer.endMap();
    }

    template<HasFields T>
    void write(const T &value)
    {
        [[maybe_unused]] static const T defaults {};
        m_writer.startMap();
        forEachField<T>([&](const auto &each) {
            if (value.*(each.member) == defaults.*(each.member))
                return;
            writeText(each.name);
            write(value.*(each.member));
        });
        m_writer.endMap();
    }

    void writeText(std::string_view ascii)
    {
        m_writer.appendTextString(ascii.data(), qsizetype(ascii.size()));
    }

private:
    QCborStreamWriter m_writer;
};

/// Reads what CborEncoder wrote, or what a stranger claims it wrote: every length is checked by
/// the reader against the bytes that are there, nothing is reserved by a declared size, and
/// nesting is bounded. After the first failure everything answers false.
class CborDecoder
{
public:
    CborDecoder(const QByteArray &bytes, UnknownFields unknown);

    QCborStreamReader &reader() { return m_reader; }
    bool failed() const { return m_failed; }
    /// Names the field and the reason: "needs.memory: a number is expected".
    Error error() const { return m_error; }

    bool read(bool &value);
    bool read(qint64 &value);
    bool read(int &value);
    bool read(quint64 &value);
    bool read(double &value);
    bool read(QString &value);
    bool read(QByteArray &value);
    bool read(QCborValue &value);

    bool read(Instant &value)
    {
        qint64 us = 0;
        return read(us) && (value = fromMicroseconds(us), true);
    }
    template<typename Rep, typename Period>
    bool read(std::chrono::duration<Rep, Period> &value)
    {
        qint64 count = 0;
        return read(count) && (value = std::chrono::duration<Rep, Period>(count), true);
    }

    template<typename Tag>
    bool read(Id<Tag> &value)
    {
        return read(value.value);
    }

    template<NamedEnum E>
    bool read(E &value)
    {
        char word[80];
        const qsizetype length = readShortText(word, sizeof word);
        if (length < 0)
            return false;
        const std::string_view text(word, size_t(length));
        if (const auto known = enumOf<E>(text)) {
            value = *known;
            return true;
        }
        if (m_unknown == UnknownFields::Refuse) {
            return refuse(ErrorCode::Invalid,
                          QLatin1String("\"%1\" is not one of %2")
                              .arg(QString::fromUtf8(word, length), enumChoices<E>()));
        }
        value = E(foreignEnumValue(text));
        return true;
    }

    template<typename T>
    bool read(std::optional<T> &value)
    {
        if (m_reader.isNull()) {
            value.reset();
            return next();
        }
        return read(value.emplace());
    }

    template<typename T>
    bool read(QList<T> &values)
    {
        values.clear();
        if (!enterArray())
            return false;
        while (!m_failed && m_reader.hasNext()) {
            T value {};
            if (!read(value))
                return false;
            values.append(std::move(value));
        }
        return leave();
    }

    template<typename T>
    bool read(QMap<QString, T> &values)
    {
        values.clear();
        if (!enterMap())
            return false;
        while (!m_failed && m_reader.hasNext()) {
            QString key;
            T value {};
            if (!read(key) || !read(value))
                return false;
            values.insert(std::move(key), std::move(value));
        }
        return leave();
    }

    template<HasFields T>
    bool read(T &value)
    {
        if (!enterMap())
            return false;
        while (!m_failed && m_reader.hasNext()) {
            char name[80];
            const qsizetype length = readShortText(name, sizeof name);
            if (length < 0)
                return false;
            if (!readField(value, std::string_view(name, size_t(length))))
                return false;
        }
        return leave();
    }

private:
    template<HasFields T>
    bool readField(T &value, std::string_view name)
    {
        bool found = false;
        bool good = true;
        forEachField<T>([&](const auto &each) {
            if (found || each.name != name)
                return;
            found = true;
            good = read(value.*(each.member));
        });
        if (!found)
            return m_unknown == UnknownFields::Skip ? next() : refuseField(name);
        if (!good)
            nameField(name);
        return good;
    }

    bool enterArray();
    bool enterMap();
    bool leave();
    bool next();
    qsizetype readShortText(char *into, qsizetype size);
    bool refuse(ErrorCode code, const QString &reason);
    bool refuseField(std::string_view name);
    void nameField(std::string_view name);

    QByteArray m_bytes;
    QCborStreamReader m_reader;
    UnknownFields m_unknown;
    int m_depth = 0;
    bool m_failed = false;
    Error m_error;
};

template<typename T>
QByteArray encode(const T &value)
{
    QByteArray bytes;
    CborEncoder(&bytes).write(value);
    return bytes;
}

template<typename T>
Result<T> decode(const QByteArray &bytes, UnknownFields unknown)
{
    CborDecoder decoder(bytes, unknown);
    T value {};
    if (!decoder.read(value))
        return decoder.error();
    return value;
}

} // namespace Drover

/// Makes encode() and decode() of one type, for everybody who links this file.
#define DROVER_CODEC(Type) \
    template QByteArray Drover::encode<Type>(const Type &); \
    template Drover::Result<Type> Drover::decode<Type>(const QByteArray &, Drover::UnknownFields);
