#include "app/work/problems.h"
#include "app/work/spectext.h"
#include "app/work/worktext.h"

#include <QtCore/QHash>

#include <yaml-cpp/anchor.h>
#include <yaml-cpp/emitterstyle.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <sstream>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

QString fromUtf8(const std::string &text)
{
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

/// Builds the tree from the parser's events rather than from YAML::Node: events have marks for
/// everything, and show an alias before it is followed.
class TreeBuilder final : public YAML::EventHandler
{
public:
    explicit TreeBuilder(const QString &file) : m_file(file) { }

    SpecNode root;
    Problems problems;

    void OnDocumentStart(const YAML::Mark &) override { }
    void OnDocumentEnd() override { }

    void OnNull(const YAML::Mark &mark, YAML::anchor_t anchor) override
    {
        SpecNode node;
        node.line = line(mark);
        done(std::move(node), anchor);
    }

    void OnAlias(const YAML::Mark &mark, YAML::anchor_t anchor) override
    {
        if (!m_anchors.contains(anchor)) {
            report(mark, WorkText::tr("an alias inside of what it names"), {});
            return OnNull(mark, 0);
        }
        // Sharing makes the copy cheap; it is what reads the tree that would never end.
        if (m_count <= mostSpecNodes) // once past it, it stays past it
            m_count += m_sizes.value(anchor);
        done(m_count > mostSpecNodes ? SpecNode() : m_anchors.value(anchor), 0, 0);
    }

    void OnScalar(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
                  const std::string &value) override
    {
        static const QStringList plain{u"?"_s,
                                       u"!"_s,
                                       u""_s,
                                       u"tag:yaml.org,2002:str"_s,
                                       u"tag:yaml.org,2002:int"_s,
                                       u"tag:yaml.org,2002:float"_s,
                                       u"tag:yaml.org,2002:bool"_s,
                                       u"tag:yaml.org,2002:null"_s};
        if (!plain.contains(fromUtf8(tag)))
            report(mark, WorkText::tr("the tag %1 means nothing here").arg(fromUtf8(tag)),
                   WorkText::tr("leave it out"));
        if (tag == "?" && (value.empty() || value == "~" || value == "null"))
            return OnNull(mark, anchor);
        done(SpecNode::ofText(fromUtf8(value), line(mark)), anchor);
    }

    void OnSequenceStart(const YAML::Mark &mark, const std::string &, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override
    {
        open(SpecNode::ofList({}, line(mark)), anchor, mark);
    }
    void OnSequenceEnd() override { close(); }

    void OnMapStart(const YAML::Mark &mark, const std::string &, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override
    {
        open(SpecNode::ofMap(line(mark)), anchor, mark);
    }
    void OnMapEnd() override { close(); }

    void finish()
    {
        if (m_count > mostSpecNodes)
            problems.add({m_file,
                          0,
                          {},
                          WorkText::tr("its aliases name more than %1 parts").arg(mostSpecNodes),
                          WorkText::tr("use templates and each: instead of aliases of aliases")});
    }

private:
    struct Open
    {
        SpecNode node;
        YAML::anchor_t anchor = 0;
        std::optional<QString> key; // of a map: read, and waiting for its value
        int keyLine = 0;
        qint64 countBefore = 0;
        QList<SpecNode> under; // what `<<` brought: what stands here itself counts more
    };

    static int line(const YAML::Mark &mark) { return mark.line + 1; }

    void report(const YAML::Mark &mark, const QString &reason, const QString &remedy)
    {
        problems.add({m_file, line(mark), {}, reason, remedy});
    }

    void open(SpecNode node, YAML::anchor_t anchor, const YAML::Mark &mark)
    {
        if (m_open.size() == deepestSpec)
            report(mark, WorkText::tr("nested more than %1 deep").arg(deepestSpec), {});
        m_open.append(Open{.node = std::move(node), .anchor = anchor, .countBefore = m_count});
    }

    void close()
    {
        Open last = m_open.takeLast();
        for (const SpecNode &under : std::as_const(last.under))
            last.node = merged(under, last.node);
        done(std::move(last.node), last.anchor, 1 + m_count - last.countBefore);
    }

    void done(SpecNode node, YAML::anchor_t anchor, qint64 size = 1)
    {
        ++m_count;
        if (anchor != 0) {
            m_sizes.insert(anchor, size);
            m_anchors.insert(anchor, node);
        }
        if (m_open.isEmpty()) {
            root = std::move(node);
            return;
        }
        Open &parent = m_open.last();
        if (parent.node.kind == SpecNode::Kind::List)
            parent.node.items.append(std::move(node));
        else if (!parent.key)
            takeKey(parent, node);
        else
            takeValue(parent, std::move(node));
    }

    void takeKey(Open &map, const SpecNode &node)
    {
        map.key = node.text;
        map.keyLine = node.line;
        if (node.kind != SpecNode::Kind::Text)
            problems.add({m_file, node.line, {}, WorkText::tr("a key must be a word"), {}});
    }

    void takeValue(Open &map, SpecNode node)
    {
        const QString key = *std::exchange(map.key, std::nullopt);
        if (key == "<<"_L1)
            return takeMerge(map, node);
        if (map.node.find(key))
            return problems.add({m_file, map.keyLine, key, WorkText::tr("stands here twice"),
                                 WorkText::tr("leave one of them")});
        if (map.node.entries.size() == mostSpecKeys)
            return problems.add(
                {m_file,
                 map.keyLine,
                 key,
                 WorkText::tr("is one key too many; a map has at most %1").arg(mostSpecKeys),
                 {}});
        map.node.entries.append(SpecEntry{key, map.keyLine, std::move(node)});
    }

    void takeMerge(Open &map, const SpecNode &node)
    {
        const QList<SpecNode> all = node.kind == SpecNode::Kind::List ? node.items : QList{node};
        for (const SpecNode &each : all) {
            if (each.kind == SpecNode::Kind::Map)
                map.under.append(each);
            else
                problems.add(
                    {m_file, map.keyLine, u"<<"_s, WorkText::tr("takes an alias of a map"), {}});
        }
    }

    QString m_file;
    QList<Open> m_open;
    QHash<YAML::anchor_t, SpecNode> m_anchors;
    QHash<YAML::anchor_t, qint64> m_sizes;
    qint64 m_count = 0;
};

} // namespace

Result<SpecNode> yamlNode(const QString &file, const QByteArray &bytes)
{
    const Result<QString> text = textOf(file, bytes);
    if (!text)
        return text.error();
    TreeBuilder builder(file);
    try {
        std::istringstream stream(bytes.toStdString());
        YAML::Parser parser(stream);
        parser.HandleNextDocument(builder);
        TreeBuilder second(file);
        if (parser.HandleNextDocument(second))
            builder.problems.add({file,
                                  second.root.line,
                                  {},
                                  WorkText::tr("a second document begins here"),
                                  WorkText::tr("put all tasks under one tasks:")});
    } catch (const YAML::Exception &wrong) {
        builder.problems.add(
            {file,
             wrong.mark.line + 1,
             {},
             fromUtf8(wrong.msg),
             WorkText::tr(
                 "this is where YAML stopped making sense; the cause may stand just above")});
    }
    builder.finish();
    if (!builder.problems.isEmpty())
        return builder.problems.error();
    return builder.root;
}

} // namespace Drover
