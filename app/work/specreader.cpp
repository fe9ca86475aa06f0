#include "app/work/specreader.h"

#include "app/work/shellwords.h"
#include "app/work/specbounds.h"
#include "app/work/worktext.h"
#include "backend/base/size.h"

#include <cmath>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

QString text(std::string_view view)
{
    return QString::fromUtf8(view.data(), qsizetype(view.size()));
}

template <typename T> QStringList fieldNames()
{
    QStringList names;
    forEachField<T>([&](const auto &each) { names.append(text(each.name)); });
    return names;
}

// What other queues call it; the nearest word by letters would not find these.
QString ourWordFor(const QString &key)
{
    static const QMap<QString, QString> ours{{u"cmd"_s, u"command"_s},
                                             {u"env"_s, u"environment"_s},
                                             {u"cwd"_s, u"workdir"_s},
                                             {u"requirements"_s, u"after"_s},
                                             {u"depends"_s, u"after"_s},
                                             {u"dependencies"_s, u"after"_s},
                                             {u"needs_tasks"_s, u"after"_s},
                                             {u"image"_s, u"container"_s},
                                             {u"mem"_s, u"needs.memory"_s},
                                             {u"memory"_s, u"needs.memory"_s},
                                             {u"cpu"_s, u"needs.cpu"_s},
                                             {u"gpu"_s, u"needs.gpu"_s},
                                             {u"disk"_s, u"needs.disk"_s},
                                             {u"machine"_s, u"needs.machine"_s},
                                             {u"slots"_s, u"needs.slots"_s},
                                             {u"timeout"_s, u"timeouts.run"_s},
                                             {u"run_timeout"_s, u"timeouts.run"_s},
                                             {u"download_timeout"_s, u"timeouts.prepare"_s},
                                             {u"use_cache"_s, u"cache"_s},
                                             {u"container_options"_s, u"containerOptions"_s},
                                             {u"resource"_s, u"sharedInputs"_s},
                                             {u"input"_s, u"inputs"_s},
                                             {u"retries"_s, u"retry.attempts"_s},
                                             {u"concurrency"_s, u"needs.slots"_s}};
    return ours.value(key);
}

/// One overload for each type a field may have.
class NodeReader
{
public:
    NodeReader(const QString &file, Problems &problems) : m_file(file), m_problems(problems) { }

    template <HasFields T> void read(const SpecNode &node, T &into)
    {
        if (node.kind != SpecNode::Kind::Map)
            return report(node.line, WorkText::tr("named fields are expected"),
                          WorkText::tr("known are: %1").arg(fieldNames<T>().join(u", "_s)));
        for (const SpecEntry &entry : node.entries)
            readField(entry, into);
    }

private:
    template <HasFields T> void readField(const SpecEntry &entry, T &into)
    {
        const QString outer = m_path;
        m_path = outer.isEmpty() ? entry.key.left(80) : outer + u'.' + entry.key.left(80);
        bool found = false;
        forEachField<T>([&](const auto &each) {
            if (found || text(each.name) != entry.key)
                return;
            found = true;
            if (!entry.value.isNothing())
                take(entry.value, into.*(each.member));
        });
        if (!found) {
            const QString ours = ourWordFor(entry.key);
            report(entry.line, WorkText::tr("there is no such field"),
                   ours.isEmpty() ? remedyFor(entry.key, fieldNames<T>())
                                  : WorkText::tr("it is %1 here").arg(ours));
        }
        m_path = outer;
    }

    // A command as one text is split; the other lists of words take one word for a list of one.
    void take(const SpecNode &node, QStringList &into)
    {
        into.clear();
        if (node.kind == SpecNode::Kind::Text && m_path == "command"_L1)
            return splitCommand(node, into);
        const QList<SpecNode> items = node.kind == SpecNode::Kind::List ? node.items : QList{node};
        for (const SpecNode &item : items)
            take(item, into.emplaceBack());
    }

    void splitCommand(const SpecNode &node, QStringList &into)
    {
        const Result<ShellWords> line = shellWords(node.text);
        if (!line)
            return report(node.line, line.error().message,
                          WorkText::tr("close it, or write the command as a list"));
        if (needsShell(*line)) {
            return report(
                node.line,
                WorkText::tr("%1 would need a shell, and command runs without one")
                    .arg(line->shellSyntax.isEmpty() ? line->words.first() : line->shellSyntax),
                WorkText::tr(
                    "put it in quotes, write the command as a list, or use shell: instead"));
        }
        into = line->words;
    }

    void take(const SpecNode &node, QString &into)
    {
        if (node.kind != SpecNode::Kind::Text)
            return report(node.line, WorkText::tr("one text is expected"), {});
        into = node.text;
    }

    void take(const SpecNode &node, bool &into)
    {
        static const QStringList yes{u"true"_s, u"yes"_s, u"on"_s};
        static const QStringList no{u"false"_s, u"no"_s, u"off"_s};
        const QString word = node.text.toLower();
        if (node.kind != SpecNode::Kind::Text || !(yes.contains(word) || no.contains(word)))
            return report(node.line, WorkText::tr("true or false is expected"), {});
        into = yes.contains(word);
    }

    void take(const SpecNode &node, int &into)
    {
        bool ok = false;
        const int number = node.text.toInt(&ok);
        if (!ok)
            return report(node.line, WorkText::tr("%1 is no whole number").arg(shown(node)), {});
        into = number;
    }

    void take(const SpecNode &node, double &into)
    {
        bool ok = false;
        const double number = node.text.toDouble(&ok);
        if (!ok || !std::isfinite(number))
            return report(node.line, WorkText::tr("%1 is no number").arg(shown(node)), {});
        into = number;
    }

    void take(const SpecNode &node, qint64 &into) // every qint64 of a spec is bytes
    {
        const auto size = sizeOf(node.text);
        if (!size)
            return report(node.line, WorkText::tr("%1 is no size").arg(shown(node)),
                          WorkText::tr("write 512MB, 2GiB, 1.5G"));
        into = *size;
    }

    void take(const SpecNode &node, std::chrono::milliseconds &into)
    {
        const auto duration = durationOf(node.text);
        if (!duration)
            return report(node.line, WorkText::tr("%1 is no duration").arg(shown(node)),
                          WorkText::tr("write 90s, 10m, 1h30m, 2d"));
        into = *duration;
    }

    template <NamedEnum E> void take(const SpecNode &node, E &into)
    {
        const auto value = enumOf<E>(QStringView(node.text));
        if (!value)
            return report(node.line, WorkText::tr("%1 is not a choice").arg(shown(node)),
                          WorkText::tr("one of: %1").arg(enumChoices<E>()));
        into = *value;
    }

    template <typename T> void take(const SpecNode &node, std::optional<T> &into)
    {
        take(node, into.emplace());
    }

    template <typename T> void take(const SpecNode &node, QList<T> &into)
    {
        into.clear();
        const QList<SpecNode> items = node.kind == SpecNode::Kind::List ? node.items : QList{node};
        for (const SpecNode &item : items)
            take(item, into.emplaceBack());
    }

    void take(const SpecNode &node, QMap<QString, QString> &into)
    {
        if (node.kind != SpecNode::Kind::Map)
            return report(node.line, WorkText::tr("names with values are expected"),
                          WorkText::tr("NAME: value"));
        const QString outer = m_path;
        for (const SpecEntry &entry : node.entries) {
            m_path = outer + u'.' + entry.key.left(80);
            if (!entry.value.isNothing())
                take(entry.value, into[entry.key]);
        }
        m_path = outer;
    }

    void take(const SpecNode &node, Transfer &into)
    {
        if (node.kind == SpecNode::Kind::Text)
            into.source = node.text;
        else
            read(node, into);
    }

    template <HasFields T> void take(const SpecNode &node, T &into) { read(node, into); }

    static QString shown(const SpecNode &node)
    {
        switch (node.kind) {
        case SpecNode::Kind::List:
            return WorkText::tr("a list");
        case SpecNode::Kind::Map:
            return WorkText::tr("a set of fields");
        case SpecNode::Kind::Nothing:
            return WorkText::tr("nothing");
        case SpecNode::Kind::Text:
            break;
        }
        return u'"' + node.text.left(60) + u'"';
    }

    void report(int line, const QString &reason, const QString &remedy)
    {
        m_problems.add({line > 0 ? m_file : QString(), line, m_path, reason, remedy});
    }

    const QString &m_file;
    Problems &m_problems;
    QString m_path;
};

// ---- the schema, in words ------------------------------------------------------------------

template <typename T> QString typeWord(const T &)
{
    if constexpr (std::is_same_v<T, bool>)
        return WorkText::tr("true or false");
    else if constexpr (std::is_same_v<T, int>)
        return WorkText::tr("whole number");
    else if constexpr (std::is_same_v<T, double>)
        return WorkText::tr("number");
    else if constexpr (std::is_same_v<T, qint64>)
        return WorkText::tr("size");
    else if constexpr (std::is_same_v<T, std::chrono::milliseconds>)
        return WorkText::tr("duration");
    else if constexpr (std::is_same_v<T, QStringList>)
        return WorkText::tr("list of text");
    else if constexpr (std::is_same_v<T, QMap<QString, QString>>)
        return WorkText::tr("names with values");
    else if constexpr (std::is_same_v<T, QList<Transfer>>)
        return WorkText::tr("list of files");
    else if constexpr (NamedEnum<T>)
        return WorkText::tr("a choice");
    else if constexpr (std::is_same_v<T, QString>)
        return WorkText::tr("text");
    else
        return WorkText::tr("list of choices");
}

QString typeWord(const std::optional<LeaseRule> &)
{
    return WorkText::tr("a choice");
}

template <typename T> bool isListType(const T &)
{
    return false;
}
template <typename T> bool isListType(const QList<T> &)
{
    return true;
}

// The wire's unit is ms; what people write has its unit beside it.
QString spoken(QString words)
{
    return words.startsWith("ms "_L1) ? words.sliced(3) : words;
}

template <typename T> void describe(const QString &path, QList<SpecField> &into)
{
    const T example{};
    forEachField<T>([&](const auto &each) {
        const auto &member = example.*(each.member);
        const QString name = path + text(each.name);
        if constexpr (HasFields<std::decay_t<decltype(member)>>)
            describe<std::decay_t<decltype(member)>>(name + u'.', into);
        else
            into.append({name, typeWord(member), spoken(text(each.words)), isListType(member)});
    });
}

} // namespace

TaskSpec readTask(const SpecNode &node, const QString &file, Problems &problems)
{
    TaskSpec task;
    Problems found;
    NodeReader(file, found).read(node, task);
    if (!found.isEmpty()) {
        // What could not be read is not also held against bounds: one mistake, one line.
        problems.add(found.error().problems);
        return task;
    }
    checkBounds(task, {.file = node.line > 0 ? file : QString(), .line = node.line}, problems);
    return task;
}

QList<SpecField> specFields()
{
    QList<SpecField> fields;
    describe<TaskSpec>({}, fields);
    return fields;
}

} // namespace Drover
