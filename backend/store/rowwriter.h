#pragma once

#include "backend/store/database.h"

#include <QtCore/QHash>

#include <algorithm>
#include <span>
#include <vector>

namespace Drover {

enum class ColumnType { Integer, Text, Blob };

struct Column
{
    QLatin1StringView name;
    ColumnType type = ColumnType::Integer;
};

/// How rows of one list enter a table: which columns, keys first, and what if the key is there.
struct RowShape
{
    enum class Kind {
        Insert, ///< the key is new
        Upsert, ///< inserted, or changed when the key is there
        Update, ///< changed where all keys are equal, else left alone
    };
    Kind kind = Kind::Insert;
    QLatin1StringView table;
    std::span<const Column> columns;
    int keys = 1;
};

QString sqlOf(const RowShape &shape, Dialect dialect);

/// Writes a list of rows of one shape: SQLite by one prepared statement a row, which is its
/// fastest way. Use: `add()` all columns of each row, then `finish()`.
class RowWriter
{
public:
    RowWriter(Database &database, const RowShape &shape) : m_statement(database.prepared(shape)) { }

    /// How many rows were changed: 0 for an Update that found no such keys.
    template<typename... Values>
    Result<int> add(const Values &...values)
    {
        return m_statement.with(values...).run();
    }

    Result<void> finish() { return {}; }

private:
    Statement &m_statement;
};

/// The values of a hash by rising key: neighbours in a table are written one after the other.
template<typename Key, typename Value>
std::vector<const Value *> inKeyOrder(const QHash<Key, Value> &hash)
{
    std::vector<std::pair<Key, const Value *>> sorted;
    sorted.reserve(size_t(hash.size()));
    for (auto it = hash.cbegin(); it != hash.cend(); ++it)
        sorted.emplace_back(it.key(), &it.value());
    std::ranges::sort(sorted, {}, &std::pair<Key, const Value *>::first);
    std::vector<const Value *> values;
    values.reserve(sorted.size());
    for (const auto &[key, value] : sorted)
        values.push_back(value);
    return values;
}

} // namespace Drover
