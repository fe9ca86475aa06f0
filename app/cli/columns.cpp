#include "app/cli/columns.h"

#include "app/cli/clitext.h"

#include <QtCore/QJsonDocument>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

QString textOf(const QJsonValue &value)
{
    switch (value.type()) {
    case QJsonValue::Bool:
        return value.toBool() ? CliText::tr("yes") : CliText::tr("no");
    case QJsonValue::Double:
        return value.toVariant().toString();
    case QJsonValue::String:
        return value.toString();
    case QJsonValue::Array: {
        QStringList parts;
        for (const QJsonValue &each : value.toArray())
            parts.append(textOf(each));
        return parts.join(u' ');
    }
    case QJsonValue::Object: {
        QStringList parts;
        const QJsonObject object = value.toObject();
        for (auto it = object.constBegin(); it != object.constEnd(); ++it)
            parts.append(it.key() + u'=' + textOf(it.value()));
        return parts.join(u' ');
    }
    default:
        return {};
    }
}

} // namespace

QString textAt(const QJsonValue &value, const QString &path)
{
    // A label's name may have dots of its own: what is there whole comes first.
    const QJsonObject object = value.toObject();
    if (object.contains(path) || !path.contains(u'.'))
        return textOf(object.value(path));
    return textAt(object.value(path.section(u'.', 0, 0)), path.section(u'.', 1));
}

bool isLess(const QJsonValue &left, const QJsonValue &right)
{
    if (left.isDouble() && right.isDouble())
        return left.toDouble() < right.toDouble();
    return QString::compare(textOf(left), textOf(right), Qt::CaseInsensitive) < 0;
}

QStringList splitNames(const QString &text)
{
    QStringList names;
    for (const QString &name : text.split(u',', Qt::SkipEmptyParts))
        names.append(name.trimmed());
    return names;
}

QList<Option> listOptions()
{
    return {
        {.name = u"--columns"_s,
         .value = u"NAMES"_s,
         .words = CliText::tr("what to show: id,name,state,labels.student…")},
        {.name = u"--sort"_s,
         .value = u"COLUMN"_s,
         .words = CliText::tr("order; - in front: descending")},
        {.name = u"--limit"_s,
         .value = u"N"_s,
         .words = CliText::tr("at most so many rows; 0: all")},
        flag(u"--watch"_s, CliText::tr("show it again every two seconds")),
    };
}

} // namespace Drover
