#include "backend/api/handlers/handlers.h"
#include "backend/protocol/userrequests.h"

#include "backend/queue/speccheck.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

Result<void> checkName(const QString &name)
{
    if (const QString problem = nameProblem(name); !problem.isEmpty())
        return fail(ErrorCode::Invalid, u"name: it "_s + problem);
    if (name == u"*")
        return fail(ErrorCode::Invalid, u"name: * stands for all projects; choose another one"_s);
    return {};
}

// Whether it is held is a flag of the queue's.
Project shown(const Rooms &rooms, Project project)
{
    project.held = rooms.batches.flags().isHeld(project.name);
    return project;
}

void set(Rooms &rooms, const Caller &caller, const SetProject &request, const Answer<Project> &answer)
{
    if (const Result<void> may = rooms.access.may(caller, Verb::Administer, request.name); !may) {
        answer(may.error());
        return;
    }
    Result<Project> project = rooms.access.findProject(request.name);
    if (!project) {
        answer(project.error());
        return;
    }
    project->notes = request.notes.value_or(project->notes);
    std::ignore = rooms.access.put(*project);
    if (request.held) {
        Flags flags = rooms.batches.flags();
        flags.hold(request.name, *request.held);
        rooms.dispatcher.setFlags(flags);
    }
    rooms.access.audit(caller, u"project.set"_s, project->name, u"done"_s, 1, project->name);
    answerWhenCommitted(rooms, answer, shown(rooms, *rooms.access.findProject(request.name)));
}

void remove(Rooms &rooms, const Caller &caller, const RemoveProject &request, const Answer<Done> &answer)
{
    const auto live = std::ranges::count_if(rooms.batches.all(), [&](const Batch &batch) {
        return batch.project == request.name && batch.counts.total() > batch.counts.finished();
    });
    if (live > 0) {
        answer(fail(ErrorCode::Conflict, u"project %1 has %2 batches with tasks that are not over; cancel them first"_s.arg(request.name).arg(live)));
        return;
    }
    if (const Result<void> removed = rooms.access.removeProject(request.name); !removed) {
        answer(removed.error());
        return;
    }
    Flags flags = rooms.batches.flags();
    flags.hold(request.name, false);
    flags.pause(request.name, false);
    rooms.dispatcher.setFlags(flags);
    rooms.access.audit(caller, u"project.remove"_s, request.name, u"done"_s);
    answerWhenCommitted(rooms, answer, Done {});
}

} // namespace

void handleProjects(Router &router, Rooms &rooms)
{
    router.handle<ListProjects>({.who = Who::Viewer}, [&rooms](const Caller &caller, const ListProjects &, const Answer<ProjectList> &answer) {
        ProjectList list;
        const auto seen = rooms.access.projectsFor(caller, Verb::View);
        for (const Project &project : rooms.access.projects()) {
            if (!seen || seen->contains(project.name))
                list.projects.append(shown(rooms, project));
        }
        answer(list);
    });
    router.handle<CreateProject>({.who = Who::Admin, .refusedWhenBusy = true, .everywhere = true}, [&rooms](const Caller &caller, const CreateProject &request, const Answer<Project> &answer) {
        const Result<void> good = checkName(request.name);
        const Result<Project> project = good ? rooms.access.addProject(request.name, request.notes) : good.error();
        if (!project) {
            answer(project.error());
            return;
        }
        rooms.access.audit(caller, u"project.create"_s, request.name, u"done"_s, 1, request.name);
        answerWhenCommitted(rooms, answer, *project);
    });
    router.handle<SetProject>({.who = Who::Admin, .refusedWhenBusy = true}, [&rooms](const Caller &caller, const SetProject &request, const Answer<Project> &answer) {
        set(rooms, caller, request, answer);
    });
    router.handle<RemoveProject>({.who = Who::Admin, .refusedWhenBusy = true, .everywhere = true}, [&rooms](const Caller &caller, const RemoveProject &request, const Answer<Done> &answer) {
        remove(rooms, caller, request, answer);
    });
    router.handle<ListAudit>({.who = Who::SignedIn}, [&rooms](const Caller &caller, const ListAudit &request, const Answer<AuditPage> &answer) {
        if (request.limit < 1 || request.limit > 1000) {
            answer(fail(ErrorCode::Invalid, u"limit: %1 is out of range; use 1 to 1000"_s.arg(request.limit)));
            return;
        }
        const auto projects = rooms.access.projectsFor(caller, Verb::Administer);
        const AuditScope scope {.all = !projects, .projects = projects.value_or(QStringList()), .user = caller.name};
        rooms.store.ask<AuditPage>(&rooms.dispatcher, [request, scope](Database &db) { return listAudit(db, request, scope); },
                                   [answer](const Result<AuditPage> &page) { answer(page); });
    });
}

} // namespace Drover
