#pragma once

#include "backend/api/rooms.h"
#include "backend/api/sessions.h"
#include "backend/protocol/lookingrequests.h"

#include <QtCore/QTimer>

#include <map>

namespace Drover {

/// Who has the same thing open. Only those hear of it who have it open themselves, under the project
/// it belongs to, which they must be allowed to see. Neither stored nor numbered. Lives in the state
/// thread.
class Viewers : public QObject
{
    Q_OBJECT

public:
    Viewers(Rooms &rooms, Sessions &sessions, QObject *parent = nullptr);

    Result<void> look(PeerId peer, const Caller &caller, const LookAt &request);

private:
    struct Looking
    {
        QString user;
        QList<LookedAt> things;
        QList<Viewer> told;
    };

    void onFrame();
    QList<Viewer> othersOf(PeerId peer, const Looking &looking) const;
    void soon();

    Rooms &m_rooms;
    Sessions &m_sessions;
    std::map<PeerId, Looking> m_looking;
    QTimer m_frame;
};

} // namespace Drover
