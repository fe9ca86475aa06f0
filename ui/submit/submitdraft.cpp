#include "ui/submit/submitdraft.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

SpecNode listOf(const QString &text)
{
    QStringList words;
    for (const QString &word : text.split(u',', Qt::SkipEmptyParts))
        words.append(word.trimmed());
    return SpecNode::ofList(words);
}

// "student=7, course=db": what has no = is left for the reader to name.
SpecNode pairsOf(const QString &text)
{
    SpecNode pairs = SpecNode::ofMap();
    for (const QString &word : text.split(u',', Qt::SkipEmptyParts)) {
        const qsizetype equals = word.indexOf(u'=');
        if (equals <= 0)
            return SpecNode::ofText(text);
        pairs.set(word.left(equals).trimmed(), SpecNode::ofText(word.mid(equals + 1).trimmed()));
    }
    return pairs;
}

} // namespace

bool SubmitDraft::hasData() const
{
    return std::any_of(files.cbegin(), files.cend(), [](const DroppedFile &file) {
        return file.kind == DropKind::Data || file.kind == DropKind::Table;
    });
}

QString SubmitDraft::templateLine() const
{
    return way == SubmitWay::Form ? command.trimmed() : lines.section(u'\n', 0, 0).trimmed();
}

SpecNode nodeOf(const QMap<QString, QString> &fields)
{
    static const QStringList lists{u"after"_s, u"needs.withoutMachines"_s, u"retry.on"_s, u"outputs"_s};
    static const QStringList maps{u"labels"_s, u"environment"_s, u"needs.labels"_s, u"needs.withoutLabels"_s};
    SpecNode node = SpecNode::ofMap();
    for (auto field = fields.cbegin(); field != fields.cend(); ++field) {
        const QString text = field.value().trimmed();
        if (text.isEmpty())
            continue;
        node.setPath(field.key(), lists.contains(field.key()) ? listOf(text)
                                  : maps.contains(field.key()) ? pairsOf(text)
                                                               : SpecNode::ofText(text));
    }
    return node;
}

} // namespace Drover
