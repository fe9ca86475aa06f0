#include "backend/api/passwordqueue.h"

#include "backend/access/passwords.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr int mostWaiting = 50; // about four seconds

} // namespace

template<typename T>
void PasswordQueue::run(std::function<Result<T>()> work, std::function<void(const Result<T> &)> then)
{
    if (m_waiting >= mostWaiting) {
        then(Error {.code = ErrorCode::Busy, .message = u"too many sign in at this moment; try again"_s,
                    .problems = {}, .retryAfterMs = 2000});
        return;
    }
    ++m_waiting;
    QMetaObject::invokeMethod(&m_authThread, [this, work = std::move(work), then = std::move(then)] {
        const Result<T> done = work();
        QMetaObject::invokeMethod(&m_stateThread, [this, then, done] {
            --m_waiting;
            then(done);
        });
    });
}

void PasswordQueue::hash(const QString &password, std::function<void(const Result<QString> &)> then)
{
    run<QString>([password] { return hashedPassword(password); }, std::move(then));
}

void PasswordQueue::check(const QString &password, const QString &hash, std::function<void(const Result<bool> &)> then)
{
    run<bool>([password, hash]() -> Result<bool> { return passwordMatches(password, hash); }, std::move(then));
}

} // namespace Drover
