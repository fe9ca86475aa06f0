#pragma once

#include "backend/protocol/agentmessages.h"
#include "backend/protocol/batchrequests.h"
#include "backend/protocol/blobrequests.h"
#include "backend/protocol/feedrequests.h"
#include "backend/protocol/causerequests.h"
#include "backend/protocol/explainrequests.h"
#include "backend/protocol/flagrequests.h"
#include "backend/protocol/lookingrequests.h"
#include "backend/protocol/gaugerequests.h"
#include "backend/protocol/machinerequests.h"
#include "backend/protocol/operationrequests.h"
#include "backend/protocol/outputrequests.h"
#include "backend/protocol/poolrequests.h"
#include "backend/protocol/renewalrequests.h"
#include "backend/protocol/seriesrequests.h"
#include "backend/protocol/sessionrequests.h"
#include "backend/protocol/strayrequests.h"
#include "backend/protocol/submissionrequests.h"
#include "backend/protocol/taskrequests.h"
#include "backend/protocol/userrequests.h"

namespace Drover {

template <typename... Ts> struct TypeList
{
};

/// Every method of the wire, once. `drover api`, the manual and the daemon's table of handlers
/// are made from this list: what is not here cannot be called, what is here must be handled.
using Methods = TypeList<
    SignIn, RedeemInvitation, SignOut, SetPassword, ListSessions, RevokeSession,
    ListUsers, AddUser, SetUser, RemoveUser, GrantUser, RevokeGrant, InviteUser,
    ListTokens, CreateToken, RevokeToken, ListProjects, CreateProject, SetProject, RemoveProject, ListAudit,
    GetStatus, GetMetrics, HoldEverything,
    Submit, BeginSubmission, AddToSubmission, CommitSubmission,
    ListTasks, CountTasks, CountStates, GetTask, CancelTasks, RetryTasks, HoldTasks, SetPriority, LabelTasks, MoveTasks, EditTasks, AwaitTasks,
    ListBatches, SetBatch,
    PauseTasks, PauseEverything, HoldProject, PauseProject,
    ListPools, ResumePool, ExplainTask, GetGauges, ListCauses, ListStrays, StopStray, AdoptStray,
    ListMachines, InviteMachine, JoinMachine, SetMachine, RemoveMachine,
    ListSteps, GetTimeline, GetCounts, GetMachineSeries, ListRates,
    ListOperations, GetOperation, CancelOperation, UndoOperation,
    SubscribeFeed, OpenWindow, GetWindowPage, LocateInWindow, RefreshWindow, CloseWindow, LookAt,
    ReadOutput, GetTaskOutputs, GetBlobTicket, AgentHello, RenewMachine>;

/// What `drover api` prints of one method.
struct MethodDescription
{
    QString name;
    QString words;
    QStringList parameters; ///< "limit: 1 to 1000"
    QStringList reply;
};

QList<MethodDescription> describeMethods();

} // namespace Drover
