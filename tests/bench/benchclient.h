#pragma once

#include "backend/link/link.h"
#include "backend/protocol/submissionrequests.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QEventLoop>

namespace Drover {

class Site;

/// A client as the command line is one: one connection, requests over it. Ends the program when
/// something goes wrong: a figure of what failed is none.
class BenchClient
{
public:
    explicit BenchClient(Site &site);

    template<RequestType R>
    typename R::Reply ask(const R &request)
    {
        const Result<typename R::Reply> reply = tryToAsk(request);
        if (!reply)
            die(reply.error());
        return *reply;
    }

    template<RequestType R>
    Result<typename R::Reply> tryToAsk(const R &request)
    {
        std::optional<Result<typename R::Reply>> reply;
        QEventLoop loop;
        m_link.send<R>(request, &m_link, [&](const Result<typename R::Reply> &answer) {
            reply = answer;
            loop.quit();
        }, std::chrono::minutes(10));
        loop.exec();
        return *reply;
    }

    /// Asks `count` times, at most `atOnce` under way; milliseconds of each.
    template<RequestType R>
    QList<double> askMany(int count, int atOnce, const std::function<R(int)> &request)
    {
        QList<double> milliseconds;
        QEventLoop loop;
        int sent = 0;
        std::function<void()> next = [&] {
            QElapsedTimer timer;
            timer.start();
            m_link.send<R>(request(sent++), &m_link, [&, timer](const Result<typename R::Reply> &answer) {
                if (!answer)
                    die(answer.error());
                milliseconds.append(double(timer.nsecsElapsed()) / 1e6);
                if (sent < count)
                    next();
                else if (milliseconds.size() == count)
                    loop.quit();
            });
        };
        for (int i = 0; i < std::min(count, atOnce); ++i)
            next();
        loop.exec();
        return milliseconds;
    }

    /// Queues that many equal tasks, 2,000 a message, and says which batch they are of.
    BatchId submit(int tasks, const QString &batch, const TaskSpec &spec);
    /// Until all of the batch have ended; all must have succeeded, `tasks` of them.
    void awaitSuccess(BatchId batch, int tasks);

private:
    [[noreturn]] static void die(const Error &error);

    Link m_link;
};

} // namespace Drover
