#pragma once

#include <array>
#include <string_view>

namespace Drover {

/// One member of a message: its name on the wire, where it stands, and what it is, in words for
/// `drover api` and the manual. Every struct of the protocol lists its own:
///     static constexpr auto fields() { return fieldList(field("id", &Task::id, "…"), …); }
/// CBOR, JSON and documentation are derived from that list and nowhere else.
/// On the wire: add at the end, never rename.
template<typename Owner, typename Member>
struct Field
{
    std::string_view name;
    Member Owner::*member;
    std::string_view words;
};

template<typename Owner, typename Member>
constexpr Field<Owner, Member> field(std::string_view name, Member Owner::*member,
                                     std::string_view words = {})
{
    return {name, member, words};
}

/// The fields of one message, in order, as something that calls a visitor with each. Not a tuple:
/// every file that sees a message pays for this type, and a tuple of thirty costs it 0.1 s.
template<typename... Fields>
constexpr auto fieldList(Fields... fields)
{
    return [=](auto &&visit) { (visit(fields), ...); };
}

template<typename T>
concept HasFields = requires { T::fields(); };

/// Calls `visit(field)` for each field of T, in order.
template<HasFields T, typename Visit>
constexpr void forEachField(Visit &&visit)
{
    T::fields()(visit);
}

/// The words of an enum, in the order of its values, from 0. Specialised beside each enum:
///     template<> inline constexpr auto enumNames<TaskState> = std::to_array<std::string_view>({…});
/// On the wire and on disk: add at the end, never rename.
template<typename E>
inline constexpr std::array<std::string_view, 0> enumNames {};

template<typename E>
concept NamedEnum = std::is_enum_v<E> && !enumNames<E>.empty();

} // namespace Drover
