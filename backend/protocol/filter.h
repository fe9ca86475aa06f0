#pragma once

#include "backend/base/result.h"
#include "backend/protocol/filterfield.h"
#include "backend/protocol/pattern.h"
#include "backend/protocol/task.h"

#include <vector>

namespace Drover {

enum class FilterOperator { Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual, Matches, Contains };

/// A value as the type of its field understood it.
struct FilterValue
{
    enum class Kind {
        None, ///< the field has no value
        Number, ///< also ids, flags (0, 1), sets of states (bits), reasons, µs of a duration
        Text, ///< of names case-folded
        Moment, ///< µs since 1970
        Day, ///< midnight, µs since 1970 by the clock of the viewer's zone
        Today,
        Ago, ///< µs from now
    };
    Kind kind = Kind::None;
    qint64 number = 0;
    QString text;

    friend bool operator==(const FilterValue &, const FilterValue &) = default;
};

/// One piece of a filter, and where it stands in the text it was read from.
struct FilterNode
{
    enum class Kind {
        And, ///< all of `parts`; none: everything matches
        Or,
        Not, ///< of its one part
        Compare, ///< `field` is in that relation to any of `values`
    };
    Kind kind = Kind::And;
    std::vector<FilterNode> parts;
    FilterField field = FilterField::Id;
    QString key; ///< of a label
    FilterOperator operation = FilterOperator::Equal;
    std::vector<FilterValue> values;
    Pattern pattern; ///< of Matches
    int position = 0; ///< first character
    int length = 0;
};

/// What the relative instants of a filter count from.
struct FilterContext
{
    Instant now;
    std::chrono::seconds utcOffset {0}; ///< of the viewer's zone, for days
};

/// From where to where an instant's value reaches: a day is a range, all else a moment.
struct FilterMoment
{
    qint64 from = 0; ///< µs
    qint64 to = 0; ///< µs, inclusive
};
FilterMoment momentOf(const FilterValue &value, const FilterContext &context);

/// What two people, the console and alert rules all mean by the same words; design.md, Filter:
///
///     state = failed and exit != 0 and label.student = 7
///     batch:nightly (machine in (m1, m2) or duration > 5m) not name ~ "^tmp"
///     4711 4712
///
/// Side by side means `and`, which binds tighter than `or`. `f in (a, b)`, short `f:a,b`. A bare
/// word is "name contains", bare numbers are ids. Text with blanks or signs stands in quotes,
/// either kind; a doubled quote is one. A comparison with what is absent is false, but for
/// `= none` and `!= none`. A day stands for its midnight, and after `=` for all of itself.
///
/// Bounded: 16 KiB of text, 500 comparisons, 32 deep. Any thread.
class Filter
{
public:
    /// Invalid, with the character it is at (`problems` has the piece and the remedy).
    static Result<Filter> parse(const QString &text, FilterSubject subject = FilterSubject::Task);

    Filter() = default;
    explicit Filter(FilterNode root) : m_root(std::move(root)) { }

    bool isEmpty() const { return m_root.kind == FilterNode::Kind::And && m_root.parts.empty(); }
    const FilterNode &root() const { return m_root; }

    /// The pieces that all must hold, as the console shows them: the parts of the topmost `and`,
    /// or the whole as one.
    std::vector<FilterNode> conjuncts() const;

    /// The same filter in its plainest words; reads back as an equal one.
    QString print() const;

    /// Of a filter about tasks.
    bool matches(const Task &task, const FilterContext &context) const;

private:
    FilterNode m_root;
};

QString printed(const FilterNode &node);

/// The number that a text is, digits and one point; for labels compared as numbers.
std::optional<double> plainNumber(QStringView text);

} // namespace Drover
