#pragma once

#include "backend/tls/certificate.h"
#include "backend/tls/serveraddress.h"

#include <QtCore/QList>

namespace Drover {

/// One daemon that a person works with: where it is, whom to believe, and who one is there. The
/// token lies apart, in a file that only its owner reads.
struct Profile
{
    QString name;
    QList<ServerAddress> addresses;
    QList<Certificate> authorities;
    QString user;
    QString project = QStringLiteral("main"); ///< unless a command says otherwise
};

} // namespace Drover
