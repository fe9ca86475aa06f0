#include "tests/bench/benchclient.h"

#include "backend/link/authorityfetch.h"
#include "backend/protocol/sessionrequests.h"
#include "backend/protocol/taskrequests.h"
#include "backend/tls/invitationlink.h"
#include "tests/system/site.h"

using namespace std::chrono_literals;

namespace Drover {

BenchClient::BenchClient(Site &site)
{
    const Result<InvitationLink> invitation = InvitationLink::parse(site.invitation());
    if (!invitation)
        die(invitation.error());
    QObject context;
    std::optional<Certificate> authority;
    fetchAuthority(invitation->addresses, invitation->pin, 10s, &context,
                   [&](const Result<Certificate> &found) { authority = found ? std::optional(*found) : std::nullopt; });
    if (!QTest::qWaitFor([&] { return authority.has_value(); }, 15'000))
        qFatal("the daemon's authority does not come");
    LinkTarget target;
    target.addresses = invitation->addresses;
    target.authorities = {*authority};
    m_link.open(target);
    if (!QTest::qWaitFor([&] { return m_link.state() == LinkState::Open; }, 15'000))
        die(m_link.lastError());
    ask(SignIn {.token = site.token()});
}

BatchId BenchClient::submit(int tasks, const QString &batch, const TaskSpec &spec)
{
    BatchId id;
    for (int sent = 0; sent < tasks;) {
        Submit request;
        request.batch = batch;
        request.tasks = QList<TaskSpec>(std::min(2000, tasks - sent), spec);
        sent += int(request.tasks.size());
        id = ask(request).batch;
    }
    return id;
}

void BenchClient::awaitSuccess(BatchId batch, int tasks)
{
    Awaited awaited;
    do {
        awaited = ask(AwaitTasks {.ids = {}, .batch = batch, .wait = 10s});
    } while (!awaited.ended);
    if (awaited.counts[TaskState::Succeeded] != tasks)
        qFatal("%lld of %d succeeded", awaited.counts[TaskState::Succeeded], tasks);
}

void BenchClient::die(const Error &error)
{
    qFatal("%s", qPrintable(printed(error)));
}

} // namespace Drover
