#include "app/work/comparison.h"

#include "app/work/specwriter.h"
#include "app/work/worktext.h"
#include "backend/base/size.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

void flatten(const SpecNode &node, const QString &path, QMap<QString, QString> &into)
{
    switch (node.kind) {
    case SpecNode::Kind::Nothing:
        break;
    case SpecNode::Kind::Text:
        into.insert(path, node.text);
        break;
    case SpecNode::Kind::List: {
        QStringList texts;
        for (const SpecNode &item : node.items)
            texts.append(item.text.isEmpty() && item.find(u"source") ? item.find(u"source")->text
                                                                     : item.text);
        into.insert(path, texts.join(u' '));
        break;
    }
    case SpecNode::Kind::Map:
        for (const SpecEntry &entry : node.entries)
            flatten(entry.value, path.isEmpty() ? entry.key : path + u'.' + entry.key, into);
        break;
    }
}

QString between(Instant from, Instant to)
{
    return isSet(from) && isSet(to) ? printedDuration(to - from) : QString();
}

QList<ComparedValue> facts(const Attempt &left, const Attempt &right)
{
    const auto size = [](qint64 bytes) { return bytes > 0 ? printedSize(bytes) : QString(); };
    const auto cpu = [](const Attempt &attempt) {
        return attempt.cpuTime.count() > 0 ? printedDuration(attempt.cpuTime) : QString();
    };
    return {
        {WorkText::tr("end"), printedEnd(left), printedEnd(right)},
        {WorkText::tr("machine"), left.machineName, right.machineName},
        {WorkText::tr("started"), toIso(left.started), toIso(right.started)},
        {WorkText::tr("waited"), between(left.assigned, left.started),
         between(right.assigned, right.started)},
        {WorkText::tr("ran"), between(left.started, left.ended),
         between(right.started, right.ended)},
        {WorkText::tr("CPU time"), cpu(left), cpu(right)},
        {WorkText::tr("peak memory"), size(left.peakMemory), size(right.peakMemory)},
        {WorkText::tr("stdout"), size(left.outSize), size(right.outSize)},
        {WorkText::tr("stderr"), size(left.errSize), size(right.errSize)},
        {WorkText::tr("last line"), left.lastLine, right.lastLine},
        {WorkText::tr("detail"), left.detail, right.detail},
    };
}

} // namespace

QString printedReason(EndReason reason, std::optional<int> exitCode, int signal)
{
    if (reason == EndReason::Exited || reason == EndReason::None)
        return exitCode && *exitCode != 0 ? WorkText::tr("exit %1").arg(*exitCode) : QString();
    if (reason == EndReason::Signalled)
        return WorkText::tr("signal %1").arg(signal);
    return enumText(reason).replace(u'-', u' ');
}

QString printedEnd(const Attempt &attempt)
{
    const QString reason = printedReason(attempt.endReason, attempt.exitCode, attempt.signal);
    const QString state = enumText(attempt.state);
    return reason.isEmpty() || reason == state ? state : state + u": "_s + reason;
}

QList<ComparedValue> compared(const ComparedAttempt &left, const ComparedAttempt &right)
{
    QList<ComparedValue> values{
        {WorkText::tr("task"), left.task.name, right.task.name},
        {WorkText::tr("batch"), left.task.batchName, right.task.batchName},
    };
    for (const ComparedValue &fact : facts(left.attempt, right.attempt)) {
        if (!fact.left.isEmpty() || !fact.right.isEmpty())
            values.append(fact);
    }
    QMap<QString, QString> leftSpec;
    QMap<QString, QString> rightSpec;
    flatten(nodeOf(left.spec), {}, leftSpec);
    flatten(nodeOf(right.spec), {}, rightSpec);
    leftSpec.remove(u"name"_s);
    rightSpec.remove(u"name"_s);
    for (auto it = rightSpec.cbegin(); it != rightSpec.cend(); ++it)
        leftSpec.insert(it.key(), leftSpec.value(it.key()));
    for (auto it = leftSpec.cbegin(); it != leftSpec.cend(); ++it)
        values.append({it.key(), it.value(), rightSpec.value(it.key())});
    return values;
}

} // namespace Drover
