#include "backend/store/sqlitefunctions.h"

#include "backend/protocol/filter.h"
#include "backend/protocol/pattern.h"

#include <sqlite3.h>
#include <string>
#include <string_view>

namespace Drover {

namespace {

std::string_view textOf(sqlite3_value *value)
{
    const auto *text = reinterpret_cast<const char *>(sqlite3_value_text(value));
    return {text ? text : "", size_t(sqlite3_value_bytes(value))};
}

QString stringOf(sqlite3_value *value)
{
    const std::string_view text = textOf(value);
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

void matches(sqlite3_context *context, int, sqlite3_value **values)
{
    // Compiled at the first row of a statement, kept by SQLite for the others.
    auto *pattern = static_cast<Pattern *>(sqlite3_get_auxdata(context, 0));
    if (!pattern) {
        Result<Pattern> compiled = Pattern::compile(stringOf(values[0]));
        if (!compiled) {
            sqlite3_result_error(context, "not a regular expression", -1);
            return;
        }
        pattern = new Pattern(std::move(*compiled));
        const bool found = pattern->matches(stringOf(values[1]));
        sqlite3_set_auxdata(context, 0, pattern, [](void *old) { delete static_cast<Pattern *>(old); });
        sqlite3_result_int(context, found ? 1 : 0);
        return;
    }
    sqlite3_result_int(context, pattern->matches(stringOf(values[1])) ? 1 : 0);
}

void appendUtf8(std::string &to, char32_t c)
{
    const QByteArray utf8 = QString::fromUcs4(&c, 1).toUtf8();
    to.append(utf8.constData(), size_t(utf8.size()));
}

// Walks the strings of a flat JSON object, as columntext.h writes it. Several times as fast as
// SQLite's JSON, which builds a tree for each row.
class Strings
{
public:
    explicit Strings(std::string_view json) : m_json(json) { }

    // The next string, key or value; false at the end.
    bool next(std::string &into)
    {
        while (m_at < m_json.size() && m_json[m_at] != '"')
            ++m_at;
        if (m_at >= m_json.size())
            return false;
        ++m_at;
        into.clear();
        while (m_at < m_json.size() && m_json[m_at] != '"') {
            const char c = m_json[m_at++];
            if (c == '\\' && m_at < m_json.size())
                unescape(into);
            else
                into += c;
        }
        ++m_at;
        return true;
    }

private:
    void unescape(std::string &into)
    {
        const char c = m_json[m_at++];
        constexpr std::string_view names = "bfnrt";
        constexpr std::string_view meanings = "\b\f\n\r\t";
        const size_t known = names.find(c);
        if (c == 'u')
            appendUtf8(into, unit());
        else
            into += known == std::string_view::npos ? c : meanings[known];
    }

    char32_t unit()
    {
        const std::string digits(m_json.substr(std::min(m_at, m_json.size()), 4));
        m_at += 4;
        return char32_t(std::strtoul(digits.c_str(), nullptr, 16)); // Qt escapes control characters only
    }

    std::string_view m_json;
    size_t m_at = 0;
};

void labelOf(sqlite3_context *context, int, sqlite3_value **values)
{
    const std::string_view key = textOf(values[1]);
    Strings strings(textOf(values[0]));
    std::string name;
    std::string value;
    while (strings.next(name) && strings.next(value)) {
        if (name == key) {
            sqlite3_result_text(context, value.data(), int(value.size()), SQLITE_TRANSIENT);
            return;
        }
    }
    sqlite3_result_null(context);
}

void numberOf(sqlite3_context *context, int, sqlite3_value **values)
{
    if (sqlite3_value_type(values[0]) == SQLITE_NULL) {
        sqlite3_result_null(context);
        return;
    }
    if (const std::optional<double> number = plainNumber(stringOf(values[0])))
        sqlite3_result_double(context, *number);
    else
        sqlite3_result_null(context);
}

} // namespace

void registerFunctions(sqlite3 *handle)
{
    constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;
    sqlite3_create_function_v2(handle, "matches", 2, flags, nullptr, matches, nullptr, nullptr, nullptr);
    sqlite3_create_function_v2(handle, "label_of", 2, flags, nullptr, labelOf, nullptr, nullptr, nullptr);
    sqlite3_create_function_v2(handle, "number_of", 1, flags, nullptr, numberOf, nullptr, nullptr, nullptr);
}

} // namespace Drover
