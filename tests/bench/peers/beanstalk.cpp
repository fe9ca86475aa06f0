#include "tests/bench/peers/beanstalk.h"

#include "tests/bench/figures.h"

#include <QtCore/QStandardPaths>
#include <QtNetwork/QTcpServer>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace Drover {

namespace {

// One request, one line of answer; of `reserve` the body as well.
std::string converse(int socket, const std::string &request, bool withBody)
{
    if (write(socket, request.data(), request.size()) != ssize_t(request.size()))
        return {};
    std::string answer;
    char buffer[4096];
    for (;;) {
        const ssize_t n = read(socket, buffer, sizeof buffer);
        if (n <= 0)
            return {};
        answer.append(buffer, size_t(n));
        const size_t line = answer.find("\r\n");
        if (line == std::string::npos)
            continue;
        if (!withBody || answer.find("\r\n", line + 2) != std::string::npos)
            return answer;
    }
}

} // namespace

QString Beanstalkd::start()
{
    if (QStandardPaths::findExecutable("beanstalkd").isEmpty())
        return "beanstalkd is not installed";
    QTcpServer probe;
    probe.listen(QHostAddress::LocalHost);
    m_port = probe.serverPort();
    probe.close();
    m_process.start("beanstalkd", {"-l", "127.0.0.1", "-p", QString::number(m_port), "-b", m_folder.path(), "-f", "0", "-u", "root"});
    if (!m_process.waitForStarted())
        return m_process.errorString();
    for (int tries = 0; tries < 100; ++tries) {
        const int socket = connected();
        if (socket >= 0) {
            close(socket);
            return {};
        }
        usleep(20'000);
    }
    return "beanstalkd does not answer";
}

Beanstalkd::~Beanstalkd()
{
    m_process.kill();
    m_process.waitForFinished();
}

int Beanstalkd::connected() const
{
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address {};
    address.sin_family = AF_INET;
    address.sin_port = htons(m_port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket, reinterpret_cast<sockaddr *>(&address), sizeof address) != 0) {
        close(socket);
        return -1;
    }
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return socket;
}

void Beanstalkd::put(int jobs)
{
    const int socket = connected();
    for (int i = 0; i < jobs; ++i) {
        if (converse(socket, "put 100 0 600 9\r\n/bin/true\r\n", false).rfind("INSERTED", 0) != 0)
            qFatal("beanstalkd does not take a job");
    }
    close(socket);
}

double Beanstalkd::putRate(int jobs)
{
    QElapsedTimer timer;
    timer.start();
    put(jobs);
    return rateSince(timer, jobs);
}

double Beanstalkd::consumeRate(int jobs, int connections)
{
    put(jobs);
    QElapsedTimer timer;
    timer.start();
    std::vector<std::thread> threads;
    for (int c = 0; c < connections; ++c) {
        const int share = jobs / connections + (c < jobs % connections ? 1 : 0);
        threads.emplace_back([this, share] {
            const int socket = connected();
            for (int i = 0; i < share; ++i) {
                const std::string job = converse(socket, "reserve\r\n", true);
                const std::string id = job.substr(9, job.find(' ', 9) - 9);
                if (converse(socket, "delete " + id + "\r\n", false).rfind("DELETED", 0) != 0)
                    qFatal("beanstalkd does not delete a job");
            }
            close(socket);
        });
    }
    for (std::thread &thread : threads)
        thread.join();
    return rateSince(timer, jobs);
}

} // namespace Drover
