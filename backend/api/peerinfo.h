#pragma once

#include "backend/base/ids.h"
#include "backend/protocol/envelope.h"

#include <QtNetwork/QHostAddress>

namespace Drover {

/// One connection through the front door; never reused while the daemon lives.
using PeerId = Id<struct PeerTag>;

/// What is known of a peer before it has said anything.
struct PeerInfo
{
    QHostAddress address;
    quint16 port = 0;
    WireFormat format = WireFormat::Json; ///< by its subprotocol; plain HTTP is JSON
    MachineId machine; ///< by a verified client certificate, else null
    QString certificateSerial; ///< hex; empty without a certificate, whether believed or not
    QByteArray certificateFingerprint; ///< SHA-256
    QString certificateProblem; ///< why a certificate that was shown is not believed
};

} // namespace Drover
