#include "ui/shell/filtercompletion.h"

#include "backend/protocol/task.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QRegularExpression>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr int most = 12;

struct FilterText
{
    Q_DECLARE_TR_FUNCTIONS(FilterCompletion)
};

template<typename Enum>
QStringList wordsOf()
{
    QStringList words;
    for (const std::string_view word : enumNames<Enum>)
        words.append(QString::fromLatin1(word.data(), qsizetype(word.size())));
    return words;
}

QStringList valuesOf(const FilterFieldInfo &info, const std::function<QStringList(FilterField)> &names)
{
    QStringList values;
    switch (info.type) {
    case FilterType::State: values = QStringList{u"unfinished"_s, u"started"_s} + wordsOf<TaskState>(); break;
    case FilterType::Reason: values = wordsOf<EndReason>(); break;
    case FilterType::Flag: values = {u"yes"_s, u"no"_s}; break;
    case FilterType::Moment: values = {u"today"_s, u"-1h"_s, u"-24h"_s, u"-7d"_s}; break;
    case FilterType::Duration: values = {u"1m"_s, u"10m"_s, u"1h"_s}; break;
    default:
        if (names)
            values = names(info.field);
    }
    if (info.mayBeAbsent)
        values.append(u"none"_s);
    return values;
}

QString quotedWhereNeeded(const QString &value)
{
    static const QRegularExpression plain(uR"(^[\w.:/+@-]+$)"_s, QRegularExpression::UseUnicodePropertiesOption);
    if (plain.match(value).hasMatch())
        return value;
    QString inside = value;
    return u'"' + inside.replace(u'"', u"\"\""_s) + u'"';
}

FilterProposals valueProposals(const FilterFieldInfo &info, const QString &begun, int from,
                               const std::function<QStringList(FilterField)> &names)
{
    FilterProposals found{from, int(begun.size()), {}};
    const QStringList values = valuesOf(info, names);
    // What begins so first, then what has it somewhere.
    for (const bool atStart : {true, false}) {
        for (const QString &value : values) {
            const bool starts = value.startsWith(begun, Qt::CaseInsensitive);
            if (starts != atStart || (!starts && !value.contains(begun, Qt::CaseInsensitive)) || value == begun)
                continue;
            if (found.proposals.size() < most)
                found.proposals.append({quotedWhereNeeded(value), {}});
        }
    }
    return found;
}

FilterProposals fieldProposals(const QString &begun, int from, bool first, FilterSubject subject)
{
    FilterProposals found{from, int(begun.size()), {}};
    for (const FilterFieldInfo &info : filterFields(subject)) {
        const bool known = QString(info.name).startsWith(begun, Qt::CaseInsensitive)
                           || (!begun.isEmpty() && QString(info.otherName).startsWith(begun, Qt::CaseInsensitive));
        if (known && found.proposals.size() < most)
            found.proposals.append({info.name + (info.type == FilterType::Label ? u"."_s : u":"_s), info.words});
    }
    const std::pair<QString, QString> joins[] = {
        {u"and"_s, FilterText::tr("both sides")}, {u"or"_s, FilterText::tr("either side")}, {u"not"_s, FilterText::tr("all others")}};
    for (const auto &[word, words] : joins) {
        if (!begun.isEmpty() && word.startsWith(begun, Qt::CaseInsensitive) && (!first || word == "not"_L1))
            found.proposals.append({word + u' ', words});
    }
    return found;
}

} // namespace

FilterProposals proposalsFor(const QString &text, int cursor, FilterSubject subject,
                             const std::function<QStringList(FilterField)> &names)
{
    const QString left = text.left(cursor);
    static const QRegularExpression comparison(
        uR"re((?:^|[\s(])([A-Za-z][\w.]*)\s*(?::|=|!=|<=|>=|<|>|\bin\s*\()\s*(?:[^\s()"',]+\s*,\s*)*([^\s()"',]*)$)re"_s);
    const QRegularExpressionMatch value = comparison.match(left);
    if (value.hasMatch()) {
        const QString begun = value.captured(2);
        const FilterFieldInfo *info = filterFieldNamed(value.captured(1), subject);
        return info ? valueProposals(*info, begun, cursor - int(begun.size()), names) : FilterProposals();
    }
    static const QRegularExpression word(uR"((?:^|[\s(])([A-Za-z][\w.]*|)$)"_s);
    const QRegularExpressionMatch name = word.match(left);
    if (!name.hasMatch())
        return {};
    const int from = cursor - int(name.captured(1).size());
    return fieldProposals(name.captured(1), from, QStringView(left).left(from).trimmed().isEmpty(), subject);
}

} // namespace Drover
