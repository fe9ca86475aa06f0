#pragma once

#include "backend/link/linksettings.h"
#include "backend/tls/invitationlink.h"

#include <QtCore/QObject>

#include <functional>

namespace Drover {

/// The first step of joining: fetches the CA that the pin names out of the chain that a daemon
/// shows, so that from then on it alone is believed. Nothing is sent over that connection. Tries
/// the addresses in turn; `limit` is for each. The handler is called once, in this thread, and not
/// at all once `context` is dead: Untrusted when somebody answered with another key, else
/// TimedOut or Unreachable, with every address named.
void fetchAuthority(const QList<ServerAddress> &addresses, const Pin &pin,
                    std::chrono::milliseconds limit, QObject *context,
                    std::function<void(const Result<Certificate> &)> handler);

} // namespace Drover
