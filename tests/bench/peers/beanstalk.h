#pragma once

#include <QtCore/QProcess>
#include <QtCore/QTemporaryDir>

namespace Drover {

/// beanstalkd with its log synced at each write (-b, -f 0), on a port of its own.
class Beanstalkd
{
public:
    /// Empty when it runs; else why not.
    QString start();
    ~Beanstalkd();

    /// Puts `jobs`, then takes and deletes them over `connections` at once. Rate of the second part.
    double consumeRate(int jobs, int connections);
    /// Milliseconds of a put, one after the other, until it is durable.
    double putRate(int jobs);

private:
    int connected() const;
    void put(int jobs);

    QTemporaryDir m_folder;
    QProcess m_process;
    quint16 m_port = 0;
};

} // namespace Drover
