#pragma once

#include "app/mirror/mirror.h"
#include "tests/support/verify.h"
#include "tests/system/site.h"

namespace Drover {

/// The administrator of a Site, as a console knows them.
inline ClientTarget targetOf(const Site &site)
{
    QFile file(site.path("data/tls/authority.pem"));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("no authority at %s", qPrintable(file.fileName()));
    const QByteArray pem = file.readAll();
    ClientTarget target;
    target.link.addresses = {ServerAddress::parse(QString("127.0.0.1:%1").arg(site.port())).value()};
    target.link.authorities
        = Certificate::listFromPem(pem.sliced(std::max<qsizetype>(0, pem.indexOf("-----BEGIN CERTIFICATE")))).value();
    target.token = site.token();
    return target;
}

/// Comes back soon after a restart: tests have less patience than people.
inline ClientSettings quickSettings()
{
    ClientSettings settings;
    settings.link.retryFirst = std::chrono::milliseconds(50);
    settings.link.retryMost = std::chrono::milliseconds(200);
    return settings;
}

/// `count` tasks that wait for a machine, named key-00000 and so on.
inline Submit someTasks(int count, const QString &key, const QString &batch = "b")
{
    Submit submit;
    submit.key = key;
    submit.batch = batch;
    for (int i = 0; i < count; ++i) {
        TaskSpec spec;
        spec.name = QString("%1-%2").arg(key).arg(i, 5, 10, QChar('0'));
        spec.command = {"true"};
        submit.tasks.append(spec);
    }
    return submit;
}

} // namespace Drover
