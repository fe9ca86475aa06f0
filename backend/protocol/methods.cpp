#include "backend/protocol/methods.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

QString text(std::string_view view)
{
    return QString::fromUtf8(view.data(), qsizetype(view.size()));
}

template<typename T>
QStringList describeFields()
{
    QStringList lines;
    forEachField<T>([&](const auto &each) {
        lines.append(each.words.empty() ? text(each.name)
                                        : text(each.name) + u": "_s + text(each.words));
    });
    return lines;
}

template<typename... Ts>
QList<MethodDescription> describe(TypeList<Ts...>)
{
    return {MethodDescription {QString(Ts::method), text(Ts::words), describeFields<Ts>(),
                               describeFields<typename Ts::Reply>()}...};
}

} // namespace

QList<MethodDescription> describeMethods()
{
    return describe(Methods {});
}

} // namespace Drover
