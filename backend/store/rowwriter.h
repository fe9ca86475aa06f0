#pragma once

#include "backend/store/database.h"

#include <QtCore/QHash>

#include <algorithm>
#include <span>
#include <vector>

namespace Drover {

class ArrayRows;

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

/// Writes a list of rows of one shape, each dialect's fastest way: SQLite by one prepared
/// statement a row, PostgreSQL by one `unnest` of arrays for thousands. Use: `add()` all columns
/// of each row, then `finish()`.
class RowWriter
{
public:
    RowWriter(Database &database, const RowShape &shape);
    ~RowWriter();
    RowWriter(RowWriter &&other) noexcept;

    /// How many rows were changed: 0 for an Update that found no such keys. PostgreSQL, which
    /// has not written it yet, always says 1.
    template<typename... Values>
    Result<int> add(const Values &...values)
    {
        (m_row->put(values), ...);
        return endRow();
    }

    Result<void> finish();

private:
    Result<int> endRow();

    Statement &m_statement;
    std::unique_ptr<ArrayRows> m_arrays; // of PostgreSQL
    ValueSink *m_row;
};

/// Writes rows that hardly ever change an indexed column. SQLite writes the index of every column
/// that an UPDATE names, changed or not: so it tries the shapes from the frequent one, whose keys
/// are the indexed columns as they mostly stay, to the last, which always fits. PostgreSQL looks
/// at the values by itself and gets the last alone.
/// `add(writer, row)` puts the columns, `firstOf(row)` is the first shape worth trying.
template<typename Row, typename Add, typename FirstOf>
Result<void> writeFitting(Database &database, std::initializer_list<const RowShape *> shapes,
                          const std::vector<const Row *> &rows, Add add, FirstOf firstOf)
{
    std::vector<RowWriter> writers;
    for (const RowShape *shape : shapes) {
        if (database.dialect() == Dialect::Sqlite || shape == *(shapes.end() - 1))
            writers.emplace_back(database, *shape);
    }
    for (const Row *row : rows) {
        for (size_t i = std::min<size_t>(firstOf(*row), writers.size() - 1); i < writers.size(); ++i) {
            const Result<int> changed = add(writers[i], *row);
            if (!changed)
                return changed.error();
            if (*changed > 0)
                break;
        }
    }
    return writers.back().finish();
}

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
