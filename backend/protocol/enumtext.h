#pragma once

#include "backend/protocol/field.h"

#include <QtCore/QString>
#include <QtCore/QStringList>

#include <optional>

namespace Drover {

/// Keeps words that a newer program invented, so that they are shown and handed on as they came.
/// Values from 1000 on are such words; at most 1,000 are kept, later ones become "unknown".
/// Any thread.
int foreignEnumValue(std::string_view word);
std::string_view foreignEnumWord(int value);
constexpr int firstForeignEnumValue = 1000;

template<NamedEnum E>
std::string_view enumWord(E value)
{
    const int index = int(value);
    if (index >= 0 && size_t(index) < enumNames<E>.size())
        return enumNames<E>[size_t(index)];
    return foreignEnumWord(index);
}

/// The value of a word of ours; nothing for any other.
template<NamedEnum E>
std::optional<E> enumOf(std::string_view word)
{
    for (size_t i = 0; i < enumNames<E>.size(); ++i) {
        if (enumNames<E>[i] == word)
            return E(int(i));
    }
    return std::nullopt;
}

template<NamedEnum E>
QString enumText(E value)
{
    const std::string_view word = enumWord(value);
    return QString::fromUtf8(word.data(), qsizetype(word.size()));
}

template<NamedEnum E>
std::optional<E> enumOf(QStringView word)
{
    const QByteArray utf8 = word.toUtf8();
    return enumOf<E>(std::string_view(utf8.constData(), size_t(utf8.size())));
}

/// "a, b, c": for messages that say what would have been right.
template<NamedEnum E>
QString enumChoices()
{
    QStringList words;
    for (const std::string_view word : enumNames<E>)
        words.append(QString::fromUtf8(word.data(), qsizetype(word.size())));
    return words.join(QLatin1String(", "));
}

} // namespace Drover
