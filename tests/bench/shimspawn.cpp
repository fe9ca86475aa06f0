// What a task through host and shim costs over a bare spawn: tasks a second of `xargs -P2
// /bin/true`, of a bare posix_spawn loop, and of drover-shim, two at a time each, interleaved,
// medians. usage: bench_shimspawn [TASKS [ROUNDS [FOLDER]]]; the run folders lie in FOLDER, by
// default /var/tmp.

#include "backend/shim/runfolder.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <functional>
#include <spawn.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

using namespace Drover;

namespace {

enum class Folders {
    Keep, // removed after the round, not measured
    Remove, // each when its task has ended
    Reuse, // as the agent does
};

[[noreturn]] void die(const char *what)
{
    perror(what);
    exit(1);
}

double secondsSince(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double runXargs(int tasks)
{
    const std::string command
        = "yes x | head -" + std::to_string(tasks) + " | xargs -P2 -n1 /bin/true";
    const auto start = std::chrono::steady_clock::now();
    if (system(command.c_str()) != 0)
        die("xargs");
    return tasks / secondsSince(start);
}

void spawnTrue()
{
    pid_t pid = 0;
    char name[] = "/bin/true";
    char *arguments[] = {name, nullptr};
    if (posix_spawn(&pid, name, nullptr, nullptr, arguments, environ) != 0)
        die("posix_spawn");
}

double runSpawn(int tasks)
{
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < tasks; ++i) {
        spawnTrue();
        if (i > 0)
            wait(nullptr);
    }
    wait(nullptr);
    return tasks / secondsSince(start);
}

/// The part of the agent: starts go in, answers come out.
class Shims
{
public:
    Shims(const char *program, std::string state) : m_state(std::move(state))
    {
        int in[2];
        int out[2];
        if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0)
            die("pipe2");
        m_host = fork();
        if (m_host == 0) {
            dup2(in[0], STDIN_FILENO);
            dup2(out[1], STDOUT_FILENO);
            execl(program, program, "host", nullptr);
            die(program);
        }
        close(in[0]);
        close(out[1]);
        m_requests = in[1];
        m_answers = out[0];
        next(AnswerKind::Hello);
    }

    ~Shims()
    {
        close(m_requests);
        close(m_answers);
        waitpid(m_host, nullptr, 0);
    }

    double run(int tasks, Folders folders)
    {
        const auto start = std::chrono::steady_clock::now();
        for (int i = 1; i <= tasks; ++i) {
            send(i);
            if (i > 1)
                finish(folders);
        }
        finish(folders);
        return tasks / secondsSince(start);
    }

private:
    void send(int task)
    {
        ShimStart start;
        start.numbers.task = task;
        start.numbers.attempt = 1;
        start.numbers.outputCap = 1 << 30;
        start.numbers.announceAfterUs = 5'000;
        start.runFolder = m_state + "/" + std::to_string(task) + "-1";
        if (!m_spares.empty()) {
            start.spareFolder = m_spares.back();
            m_spares.pop_back();
        }
        start.arguments = {"/bin/true"};
        start.environment = {"PATH=/usr/bin:/bin", "LANG=C.UTF-8"};
        const std::string frame = encodeStart(start);
        if (write(m_requests, frame.data(), frame.size()) != ssize_t(frame.size()))
            die("write");
    }

    void finish(Folders folders)
    {
        const ShimAnswer answer = next(AnswerKind::Ended);
        if (answer.record.end != RunEnd::Exited || answer.record.waitStatus != 0)
            die("a task did not succeed");
        const std::string name = std::to_string(answer.record.task);
        if (folders == Folders::Remove)
            removeRunFolder(m_state + "/" + name + "-1");
        if (folders == Folders::Reuse) {
            const std::string spare = m_state + "/spare-" + name;
            if (recycleRunFolder(m_state + "/" + name + "-1", spare) != 0)
                die("recycle");
            m_spares.push_back(spare);
        }
    }

    ShimAnswer next(AnswerKind wanted)
    {
        for (;;) {
            while (const auto answer = m_reader.next()) {
                if (answer->kind == wanted)
                    return *answer;
                if (answer->kind == AnswerKind::Refused || answer->kind == AnswerKind::Lost)
                    die(answer->record.detail);
            }
            char bytes[65536];
            const ssize_t count = read(m_answers, bytes, sizeof bytes);
            if (count <= 0)
                die("the host is gone");
            m_reader.append(bytes, size_t(count));
        }
    }

    std::string m_state;
    std::vector<std::string> m_spares;
    ShimAnswers m_reader;
    pid_t m_host = 0;
    int m_requests = -1;
    int m_answers = -1;
};

double runShims(int tasks, const std::string &folder, Folders folders)
{
    const std::string state = folder + "/drover-bench-" + std::to_string(getpid());
    std::filesystem::create_directory(state);
    double rate = 0;
    {
        Shims shims(DROVER_BIN_DIR "/drover-shim", state);
        rate = shims.run(tasks, folders);
    }
    std::filesystem::remove_all(state);
    return rate;
}

double median(std::vector<double> values)
{
    if (values.empty())
        return 0;
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

} // namespace

int main(int count, char **arguments)
{
    const int tasks = count > 1 ? atoi(arguments[1]) : 2000;
    const int rounds = count > 2 ? atoi(arguments[2]) : 5;
    const std::string folder = count > 3 ? arguments[3] : "/var/tmp";
    struct Way
    {
        const char *name;
        std::function<double()> run;
        std::vector<double> rates;
        std::vector<double> ofXargs;
        std::vector<double> ofSpawn;
    };
    std::vector<Way> ways{
        {"xargs -P2 -n1", [&] { return runXargs(tasks); }},
        {"bare posix_spawn", [&] { return runSpawn(tasks); }},
        {"host and shims, folders reused", [&] { return runShims(tasks, folder, Folders::Reuse); }},
        {"host and shims, folders removed",
         [&] { return runShims(tasks, folder, Folders::Remove); }},
        {"host and shims, folders kept", [&] { return runShims(tasks, folder, Folders::Keep); }},
    };
    for (int round = 0; round < rounds; ++round) {
        for (Way &way : ways) {
            way.rates.push_back(way.run());
            way.ofXargs.push_back(way.rates.back() / ways[0].rates.back());
            if (ways[1].rates.size() == way.rates.size())
                way.ofSpawn.push_back(way.rates.back() / ways[1].rates.back());
        }
    }
    printf("%-34s %8s %9s %9s\n", "/bin/true, two at a time", "tasks/s", "of xargs", "of spawn");
    for (Way &way : ways)
        printf("%-34s %8.0f %9.2f %9.2f\n", way.name, median(way.rates), median(way.ofXargs),
               median(way.ofSpawn));
    return 0;
}
