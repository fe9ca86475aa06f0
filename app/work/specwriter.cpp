#include "app/work/specwriter.h"

#include <QtCore/QRegularExpression>

#include <array>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

template <typename Unit, size_t N>
QString inWholeUnits(qint64 value, const std::array<std::pair<QLatin1StringView, Unit>, N> &units)
{
    for (const auto &[name, factor] : units) {
        if (value != 0 && value % factor == 0)
            return QString::number(value / factor) + name;
    }
    return QString::number(value) + units.back().first;
}

// Exact, so that what is read again is the same number.
QString sizeText(qint64 bytes)
{
    static const std::array<std::pair<QLatin1StringView, qint64>, 7> units{
        {{"GiB"_L1, 1LL << 30},
         {"GB"_L1, 1'000'000'000},
         {"MiB"_L1, 1LL << 20},
         {"MB"_L1, 1'000'000},
         {"KiB"_L1, 1024},
         {"kB"_L1, 1000},
         {"B"_L1, 1}}};
    return inWholeUnits(bytes, units);
}

QString durationText(std::chrono::milliseconds duration)
{
    static const std::array<std::pair<QLatin1StringView, qint64>, 5> units{{{"d"_L1, 86'400'000},
                                                                            {"h"_L1, 3'600'000},
                                                                            {"m"_L1, 60'000},
                                                                            {"s"_L1, 1000},
                                                                            {"ms"_L1, 1}}};
    return inWholeUnits(duration.count(), units);
}

SpecNode nodeFor(const Transfer &transfer);
template <typename T> SpecNode nodeFor(const QList<T> &values);

SpecNode nodeFor(const QString &value)
{
    return SpecNode::ofText(value);
}
SpecNode nodeFor(bool value)
{
    return SpecNode::ofText(value ? u"true"_s : u"false"_s);
}
SpecNode nodeFor(int value)
{
    return SpecNode::ofText(QString::number(value));
}
SpecNode nodeFor(qint64 value)
{
    return SpecNode::ofText(sizeText(value));
}
SpecNode nodeFor(double value)
{
    return SpecNode::ofText(QString::number(value, 'g', 17));
}
SpecNode nodeFor(std::chrono::milliseconds value)
{
    return SpecNode::ofText(durationText(value));
}
SpecNode nodeFor(const QStringList &values)
{
    return SpecNode::ofList(values);
}

SpecNode nodeFor(const QMap<QString, QString> &values)
{
    SpecNode node = SpecNode::ofMap();
    for (auto it = values.cbegin(); it != values.cend(); ++it)
        node.set(it.key(), SpecNode::ofText(it.value()));
    return node;
}

template <NamedEnum E> SpecNode nodeFor(E value)
{
    return SpecNode::ofText(enumText(value));
}

template <HasFields T> SpecNode nodeFor(const T &value)
{
    [[maybe_unused]] static const T defaults{};
    SpecNode node = SpecNode::ofMap();
    forEachField<T>([&](const auto &each) {
        const auto &member = value.*(each.member);
        if (member == defaults.*(each.member))
            return;
        const QString name = QString::fromUtf8(each.name.data(), qsizetype(each.name.size()));
        if constexpr (requires { member.has_value(); })
            node.set(name, nodeFor(*member));
        else
            node.set(name, nodeFor(member));
    });
    return node;
}

SpecNode nodeFor(const Transfer &transfer)
{
    SpecNode node = SpecNode::ofMap();
    if (transfer.name.isEmpty() && transfer.size < 0)
        return SpecNode::ofText(transfer.source);
    node.set(u"source"_s, SpecNode::ofText(transfer.source));
    if (!transfer.name.isEmpty())
        node.set(u"name"_s, SpecNode::ofText(transfer.name));
    if (transfer.size >= 0)
        node.set(u"size"_s, SpecNode::ofText(sizeText(transfer.size)));
    return node;
}

template <typename T> SpecNode nodeFor(const QList<T> &values)
{
    SpecNode node = SpecNode::ofList({});
    for (const T &value : values)
        node.items.append(nodeFor(value));
    return node;
}

QString quoted(const QString &text)
{
    QString inside;
    for (const QChar c : text) {
        switch (c.unicode()) {
        case u'\n':
            inside += u"\\n"_s;
            break;
        case u'\t':
            inside += u"\\t"_s;
            break;
        case u'\r':
            inside += u"\\r"_s;
            break;
        case u'"':
            inside += u"\\\""_s;
            break;
        case u'\\':
            inside += u"\\\\"_s;
            break;
        default:
            inside += c.category() == QChar::Other_Control
                ? u"\\x%1"_s.arg(c.unicode(), 2, 16, QChar(u'0'))
                : QString(c);
        }
    }
    return u'"' + inside + u'"';
}

QString scalar(const QString &text)
{
    static const QRegularExpression plain(u"^[A-Za-z0-9_./+@%-][A-Za-z0-9_./+@% =-]*\\z"_s);
    static const QStringList words{u"null"_s, u"-"_s, u"---"_s};
    const bool safe = plain.match(text).hasMatch() && !text.endsWith(u' ') && !text.startsWith(u'%')
        && !text.startsWith(u'@') && !text.startsWith(u"- "_s) && !words.contains(text);
    return safe ? text : quoted(text);
}

void write(const SpecNode &node, int depth, QString &into)
{
    const QString indent(depth * 2, u' ');
    for (const SpecEntry &entry : node.entries) {
        into += indent + scalar(entry.key) + u':';
        if (entry.value.kind == SpecNode::Kind::Text) {
            into += u' ' + scalar(entry.value.text) + u'\n';
        } else if (entry.value.kind == SpecNode::Kind::Map) {
            into += u'\n';
            write(entry.value, depth + 1, into);
        } else {
            into += u'\n';
            for (const SpecNode &item : entry.value.items) {
                if (item.kind == SpecNode::Kind::Text) {
                    into += indent + u"  - "_s + scalar(item.text) + u'\n';
                } else {
                    QString inner;
                    write(item, depth + 2, inner);
                    into += indent + u"  - "_s + inner.sliced(indent.size() + 4);
                }
            }
        }
    }
}

} // namespace

SpecNode nodeOf(const TaskSpec &task)
{
    return nodeFor(task);
}

QString yamlText(const SpecNode &node)
{
    QString text;
    write(node, 0, text);
    return text;
}

} // namespace Drover
