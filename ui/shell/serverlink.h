#pragma once

#include "app/work/objectlink.h"
#include "backend/protocol/filterfield.h"
#include "backend/base/instant.h"
#include "backend/base/error.h"
#include "backend/protocol/user.h"
#include "ui/shell/freshness.h"
#include "ui/shell/statusline.h"
#include "ui/shell/topbar.h"
#include "ui/widgets/desk.h"

#include <QtCore/QTimer>

namespace Drover {

/// What the window shows of a server, in the window's own words, gathered from connection and mirror
/// at each change; and the few requests that are the window's own. GUI thread.
class ServerLink : public QObject
{
    Q_OBJECT

public:
    explicit ServerLink(const Desk &desk, QObject *parent = nullptr);

    quint64 store() const; ///< 0: not known yet
    FreshnessNews freshness() const;
    StatusNews status() const;
    OperationsNews operations() const;
    bool isHeld() const; ///< everything is
    bool isOnline() const;
    bool wasOnline() const { return m_wasOnline; }
    Instant heard() const;
    std::optional<Level> level() const; ///< the highest one has; none: not signed in
    /// Why nothing can be changed now; empty: it can.
    QString whyNoChange() const;
    /// A person must do something before it goes on: not let in, not trusted, another version.
    std::optional<Error> refusal() const;
    /// Which side is older and what is limited; empty: they go together.
    QString limits() const;

    /// Things with names, for the palette and the filter line.
    struct Named
    {
        QString name;
        QString icon;
        QString words; ///< what it is
        ObjectLink link;
    };
    QList<Named> named() const;
    QStringList namesOf(FilterField field) const;

    void holdEverything(bool held);
    void undo(OperationId operation);
    void retryNow();

signals:
    void changed();

private:
    const Desk &m_desk;
    bool m_wasOnline = false;
    QTimer m_soon;
};

} // namespace Drover
