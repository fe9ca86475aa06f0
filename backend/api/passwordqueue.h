#pragma once

#include "backend/base/result.h"

#include <QtCore/QObject>

#include <functional>

namespace Drover {

/// Passwords are hashed and compared in the auth thread, one at a time: each costs 64 MiB and about
/// 80 ms, on purpose. Those who wait are few: beyond that the answer is Busy. State thread, where
/// the answers come back as well.
class PasswordQueue
{
public:
    /// `authThread` lives there, `stateThread` here; both outlive it.
    PasswordQueue(QObject &authThread, QObject &stateThread) : m_authThread(authThread), m_stateThread(stateThread) { }

    void hash(const QString &password, std::function<void(const Result<QString> &)> then);
    /// Compares with no hash as well, in the same time, and says no.
    void check(const QString &password, const QString &hash, std::function<void(const Result<bool> &)> then);

private:
    template<typename T>
    void run(std::function<Result<T>()> work, std::function<void(const Result<T> &)> then);

    QObject &m_authThread;
    QObject &m_stateThread;
    int m_waiting = 0;
};

} // namespace Drover
