#pragma once

#include <QtCore/QString>
#include <QtCore/QTemporaryDir>

#include <memory>

namespace Drover {

/// A PostgreSQL server of a test's own, in memory where there is such a place, reachable by a
/// socket in its folder only. As root it runs as the user postgres, who must exist.
class PostgresServer
{
public:
    ~PostgresServer();

    /// Why there can be none here; empty: there can.
    static QString unavailable();

    /// Empty when it runs, else what went wrong.
    QString start();
    void stop();

    /// A connection string of libpq's for that database, which is made when it is not there.
    QString database(const QString &name);

private:
    QString run(const QString &program, const QStringList &arguments) const;
    QString place(const QString &name) const;

    std::unique_ptr<QTemporaryDir> m_folder;
    bool m_isRunning = false;
};

} // namespace Drover
