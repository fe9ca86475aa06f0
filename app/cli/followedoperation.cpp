#include "app/cli/followedoperation.h"

#include "app/cli/clitext.h"
#include "app/cli/jsontext.h"
#include "backend/protocol/operationrequests.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr std::chrono::milliseconds eachWait = std::chrono::seconds(10);

} // namespace

QString operationText(const Operation &operation)
{
    QString text = CliText::tr("%1: %2 of %3, %4 changed")
                       .arg(operation.words)
                       .arg(operation.done)
                       .arg(operation.total)
                       .arg(operation.changed);
    if (operation.already > 0)
        text += CliText::tr(", %1 were so already").arg(operation.already);
    return text;
}

ExitStatus followOperation(Invocation &invocation, OperationId id)
{
    Result<Operation> operation = invocation.session.call(GetOperation{.id = id});
    while (operation && operation->state == OperationState::Running) {
        invocation.screen.progress(operationText(*operation));
        operation = invocation.session.call(
            GetOperation{.id = id, .since = operation->rev, .wait = eachWait});
    }
    invocation.screen.endProgress();
    if (!operation)
        return failed(invocation, operation.error());
    if (invocation.json()) {
        printJson(invocation.screen, jsonOf(*operation));
    } else {
        invocation.screen.line(operationText(*operation));
        if (operation->undoable)
            invocation.screen.note(CliText::tr("drover undo %1 takes it back.").arg(id.value));
    }
    if (operation->state == OperationState::Succeeded)
        return ExitStatus::Ok;
    invocation.screen.note(operation->state == OperationState::Cancelled
                               ? CliText::tr("It was cancelled; what it had done stays done.")
                               : CliText::tr("It failed: %1").arg(operation->error));
    return ExitStatus::SomeFailed;
}

} // namespace Drover
