#include "app/work/specnode.h"

namespace Drover {

SpecNode SpecNode::ofText(QString text, int line)
{
    SpecNode node;
    node.kind = Kind::Text;
    node.text = std::move(text);
    node.line = line;
    return node;
}

SpecNode SpecNode::ofList(const QStringList &texts, int line)
{
    SpecNode node;
    node.kind = Kind::List;
    node.line = line;
    for (const QString &text : texts)
        node.items.append(ofText(text, line));
    return node;
}

SpecNode SpecNode::ofMap(int line)
{
    SpecNode node;
    node.kind = Kind::Map;
    node.line = line;
    return node;
}

const SpecNode *SpecNode::find(QStringView key) const
{
    for (const SpecEntry &entry : entries) {
        if (entry.key == key)
            return &entry.value;
    }
    return nullptr;
}

void SpecNode::set(const QString &key, SpecNode value)
{
    kind = Kind::Map;
    for (SpecEntry &entry : entries) {
        if (entry.key == key) {
            entry.line = value.line;
            entry.value = std::move(value);
            return;
        }
    }
    entries.append(SpecEntry{key, value.line, std::move(value)});
}

void SpecNode::setPath(const QString &path, SpecNode value)
{
    const qsizetype dot = path.indexOf(u'.');
    if (dot < 0)
        return set(path, std::move(value));
    const QString head = path.first(dot);
    const SpecNode *there = find(head);
    SpecNode inner = there ? *there : ofMap(value.line);
    inner.setPath(path.sliced(dot + 1), std::move(value));
    set(head, std::move(inner));
}

SpecNode SpecNode::taken(QStringView key)
{
    for (qsizetype i = 0; i < entries.size(); ++i) {
        if (entries.at(i).key == key)
            return entries.takeAt(i).value;
    }
    return {};
}

QStringList SpecNode::keys() const
{
    QStringList keys;
    for (const SpecEntry &entry : entries)
        keys.append(entry.key);
    return keys;
}

SpecNode merged(SpecNode under, const SpecNode &over)
{
    if (under.kind != SpecNode::Kind::Map || over.kind != SpecNode::Kind::Map)
        return over;
    for (const SpecEntry &entry : over.entries) {
        const SpecNode *there = under.find(entry.key);
        under.set(entry.key, there ? merged(*there, entry.value) : entry.value);
    }
    return under;
}

} // namespace Drover
