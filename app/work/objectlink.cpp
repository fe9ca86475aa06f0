#include "app/work/objectlink.h"

#include <QtCore/QUrl>
#include <QtCore/QUrlQuery>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr qsizetype mostCharacters = 4096;

bool isNoun(const QString &word)
{
    return !word.isEmpty() && std::all_of(word.cbegin(), word.cend(), [](QChar each) {
        return (each >= u'a' && each <= u'z') || each == u'-';
    });
}

} // namespace

ObjectLink linkTo(const QString &kind, qint64 id)
{
    ObjectLink link;
    link.kind = kind;
    link.id = QString::number(id);
    return link;
}

QString ObjectLink::text() const
{
    QString path = u'/' + kind + u'/' + QString::fromLatin1(QUrl::toPercentEncoding(id));
    if (attempt > 0)
        path += u"/attempt/"_s + QString::number(attempt);
    if (!part.isEmpty())
        path += u'/' + part;
    QString text = u"drover://"_s + QString::number(store, 16) + path;
    QUrlQuery items;
    for (auto item = query.cbegin(); item != query.cend(); ++item)
        items.addQueryItem(item.key(), QString::fromLatin1(QUrl::toPercentEncoding(item.value())));
    if (!items.isEmpty())
        text += u'?' + items.toString(QUrl::FullyEncoded);
    return text;
}

std::optional<ObjectLink> ObjectLink::of(const QString &text)
{
    if (text.size() > mostCharacters || !text.startsWith("drover://"_L1))
        return std::nullopt;
    const QString rest = text.mid(9);
    const QString path = rest.section(u'?', 0, 0);
    const QStringList parts = path.split(u'/');
    bool isStore = false;
    ObjectLink link;
    link.store = parts.value(0).toULongLong(&isStore, 16);
    if (!isStore || parts.size() < 3 || !isNoun(parts.at(1)) || parts.at(2).isEmpty())
        return std::nullopt;
    link.kind = parts.at(1);
    link.id = QUrl::fromPercentEncoding(parts.at(2).toUtf8());
    qsizetype next = 3;
    if (parts.value(next) == "attempt"_L1) {
        link.attempt = parts.value(next + 1).toInt();
        if (link.attempt < 1)
            return std::nullopt;
        next += 2;
    }
    if (next < parts.size()) {
        if (next + 1 != parts.size() || !isNoun(parts.at(next)))
            return std::nullopt;
        link.part = parts.at(next);
    }
    const QUrlQuery items(rest.section(u'?', 1));
    for (const auto &[key, value] : items.queryItems(QUrl::FullyDecoded))
        link.query.insert(key, value);
    return link;
}

} // namespace Drover
