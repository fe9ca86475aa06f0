#pragma once

#include <QtCore/QMap>
#include <QtCore/QString>

#include <optional>

namespace Drover {

/// A link to a thing, for mail and chat: `drover://STORE/task/42/attempt/1/log?line=7`. It names the
/// store, never an address; whoever opens it needs a profile of that store. A value: any thread.
struct ObjectLink
{
    quint64 store = 0; ///< 0: the one at hand
    QString kind; ///< task, batch, machine, operation, pool, user, view…: nouns of design.md
    QString id; ///< a number, or a name
    int attempt = 0; ///< of a task; 0: the current one
    QString part; ///< "log", "causes", "timeline"…; empty: the thing itself
    QMap<QString, QString> query; ///< line, time, where…

    bool isNull() const { return kind.isEmpty(); }
    qint64 number() const { return id.toLongLong(); }
    QString text() const;

    /// Nothing for what is no link to an object (invitations are drover://join/… and not one), or is
    /// longer than 4 KiB.
    static std::optional<ObjectLink> of(const QString &text);

    friend bool operator==(const ObjectLink &, const ObjectLink &) = default;
};

ObjectLink linkTo(const QString &kind, qint64 id);

} // namespace Drover
