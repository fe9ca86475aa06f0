#include "ui/machines/machineactions.h"

#include "app/mirror/mirror.h"
#include "ui/machines/invitesheet.h"
#include "ui/widgets/actionregistry.h"
#include "ui/widgets/notices.h"
#include "ui/widgets/words.h"

#include <memory>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

QString nameOf(const QList<Machine> &machines)
{
    return machines.size() == 1 ? machines.first().name
                                : MachineActions::tr("%n machine(s)", nullptr, int(machines.size()));
}

QStringList namesIn(const QString &text)
{
    QStringList names;
    for (const QString &name : text.split(u',', Qt::SkipEmptyParts)) {
        if (!name.trimmed().isEmpty())
            names.append(name.trimmed());
    }
    return names;
}

} // namespace

std::optional<QMap<QString, QString>> labelsIn(const QString &text)
{
    QMap<QString, QString> labels;
    for (const QString &part : namesIn(text)) {
        const qsizetype equals = part.indexOf(u'=');
        const QString key = (equals < 0 ? part : part.first(equals)).trimmed();
        if (key.isEmpty() || labels.contains(key))
            return std::nullopt;
        labels.insert(key, equals < 0 ? QString() : part.sliced(equals + 1).trimmed());
    }
    return labels;
}

QString textOfLabels(const QMap<QString, QString> &labels)
{
    QStringList parts;
    for (auto it = labels.cbegin(); it != labels.cend(); ++it)
        parts.append(it.value().isEmpty() ? it.key() : it.key() + u'=' + it.value());
    return parts.join(u", "_s);
}

MachineActions::MachineActions(Shell &shell, QObject *parent) : QObject(parent), m_shell(shell), m_desk(shell.desk()) { }

void MachineActions::registerWith(ActionRegistry &actions)
{
    const auto add = [&](const char *id, const QString &text, const QString &icon, Reversible reversible,
                         const QString &words, const QKeySequence &keys = {}) {
        actions.add({.id = QString::fromLatin1(id), .text = text, .icon = icon, .section = tr("Machines"), .shortcut = keys,
                     .needs = reversible == Reversible::ChangesNothing ? std::optional<Level>() : Level::Admin,
                     .reversible = reversible, .scope = ShortcutScope::Table, .words = words});
    };
    using enum Reversible;
    add("machine.invite", tr("Invite…"), u"plus"_s, No, tr("Makes the line that lets another machine join"));
    add("machine.drain", tr("Drain"), u"machine-draining"_s, Yes, tr("It takes no more; what runs there goes on"),
        QKeySequence(u"Ctrl+D"_s));
    add("machine.resume", tr("Resume"), u"machine-online"_s, Yes, tr("It takes work again"));
    add("machine.slots", tr("Slots…"), u"sliders"_s, Yes, tr("How much it runs at once"));
    add("machine.pools", tr("Pools…"), u"tag"_s, Yes, tr("Which pools it is in"));
    add("machine.labels", tr("Labels…"), u"tag"_s, Yes, tr("What tasks may ask of it"));
    add("machine.remove", tr("Remove…"), u"close"_s, No, tr("Forgets it: its certificate is revoked and its leases end"));
    add("machine.showTasks", tr("Open tasks"), u"nav-tasks"_s, ChangesNothing, tr("What runs there now"));
    add("machine.showFailures", tr("Open failures"), u"state-failed"_s, ChangesNothing, tr("What failed there today"));
    add("machine.details", tr("Details"), u"nav-machines"_s, ChangesNothing, tr("What it is, and what it does now"));
    add("machine.copyLink", tr("Copy link"), u"copy"_s, ChangesNothing, tr("A link for mail and chat"));
}

QStringList MachineActions::ids()
{
    return {u"machine.details"_s, u"machine.showTasks"_s, u"machine.showFailures"_s, u"machine.drain"_s,
            u"machine.resume"_s,  u"machine.slots"_s,     u"machine.pools"_s,        u"machine.labels"_s,
            u"machine.invite"_s,  u"machine.remove"_s,    u"machine.copyLink"_s};
}

QString MachineActions::whyNot(const QString &id, const QList<Machine> &machines) const
{
    if (id == u"machine.invite")
        return m_desk.mirror.may(Level::Admin, u"*"_s) ? QString() : tr("Needs the access level admin in all projects");
    if (machines.isEmpty())
        return tr("Choose a machine first");
    const bool isOne = id == u"machine.labels" || id == u"machine.remove" || id == u"machine.details" || id == u"machine.copyLink";
    if (isOne && machines.size() > 1)
        return tr("Choose one machine");
    if (id == u"machine.details" || id == u"machine.copyLink" || id == u"machine.showTasks" || id == u"machine.showFailures")
        return {};
    for (const Machine &machine : machines) {
        if (!m_desk.mirror.may(Level::Admin, machine.project))
            return machine.project == u"*" ? tr("Needs the access level admin in all projects")
                                           : tr("Needs the access level admin in project %1").arg(machine.project);
    }
    const auto drains = [](const Machine &machine) { return machine.draining; };
    if (id == u"machine.drain" && std::ranges::all_of(machines, drains))
        return tr("It takes no more already");
    if (id == u"machine.resume" && std::ranges::none_of(machines, drains))
        return tr("It is not draining");
    return {};
}

void MachineActions::run(const QString &id, const QList<Machine> &machines)
{
    const auto showWhere = [&](const QString &rest) {
        QStringList names;
        for (const Machine &machine : machines)
            names.append(u'"' + QString(machine.name).replace(u'"', u"\"\""_s) + u'"');
        m_shell.showView(u"tasks"_s, u"machine in (%1) and %2"_s.arg(names.join(u", "_s), rest));
    };
    if (id == u"machine.invite")
        invite();
    else if (id == u"machine.drain")
        set(machines, [](SetMachine &request) { request.draining = true; }, tr("Draining %1").arg(nameOf(machines)));
    else if (id == u"machine.resume")
        set(machines, [](SetMachine &request) { request.draining = false; },
            tr("%1 takes work again").arg(nameOf(machines)));
    else if (id == u"machine.slots")
        askSlots(machines);
    else if (id == u"machine.pools")
        askPools(machines);
    else if (id == u"machine.labels")
        askLabels(machines.first());
    else if (id == u"machine.remove")
        askRemove(machines.first());
    else if (id == u"machine.showTasks")
        showWhere(u"state = started"_s);
    else if (id == u"machine.showFailures")
        showWhere(u"state = failed and ended > today"_s);
    else if (id == u"machine.details") {
        m_shell.setCurrentObject(linkTo(u"machine"_s, machines.first().id.value));
        m_shell.showDock(u"machine"_s);
    } else if (id == u"machine.copyLink") {
        ObjectLink link = linkTo(u"machine"_s, machines.first().id.value);
        link.store = m_desk.mirror.store();
        m_shell.copy(link.text(), tr("Link"));
    }
}

// One request a machine; said once, when the last has been answered.
void MachineActions::set(const QList<Machine> &machines, const std::function<void(SetMachine &)> &change,
                         const QString &done)
{
    struct Round
    {
        qsizetype left = 0;
        QList<std::pair<QString, QString>> failures;
    };
    const auto round = std::make_shared<Round>();
    round->left = machines.size();
    for (const Machine &machine : machines) {
        SetMachine request {.id = machine.id};
        change(request);
        m_desk.connection.send(request, this, [this, round, done, name = machine.name](const Result<Machine> &set) {
            if (!set)
                round->failures.append({name, set.error().message});
            if (--round->left > 0)
                return;
            if (round->failures.isEmpty())
                m_desk.notices.tell(done);
            else
                m_desk.notices.tellFailures(tr("Not every machine could be changed"), round->failures, {});
        });
    }
}

void MachineActions::invite()
{
    auto *sheet = new InviteSheet(m_desk);
    connect(sheet, &SheetContent::closed, this, [this, sheet] { m_shell.closeSheet(sheet); });
    connect(sheet, &InviteSheet::copyAsked, this, [this](const QString &line) { m_shell.copy(line, tr("The line")); });
    m_shell.showSheet(sheet, 720);
}

void MachineActions::askSlots(const QList<Machine> &machines)
{
    const auto problem = [](const QString &text) {
        bool ok = false;
        const int count = text.trimmed().toInt(&ok);
        return ok && count >= 0 && count <= 4096 ? QString() : tr("A whole number from 0 to 4096 is expected; 0: it runs nothing");
    };
    m_desk.notices.askText(tr("Slots of %1").arg(nameOf(machines)), tr("How much it runs at once"),
                           QString::number(machines.first().slotCount), problem, this, [this, machines](const QString &text) {
                               const int count = text.trimmed().toInt();
                               set(machines, [count](SetMachine &request) { request.slotCount = count; },
                                   tr("%1: %n slot(s)", nullptr, count).arg(nameOf(machines)));
                           });
}

void MachineActions::askPools(const QList<Machine> &machines)
{
    const auto problem = [](const QString &text) {
        return namesIn(text).isEmpty() ? tr("Name one pool at least: default, render") : QString();
    };
    m_desk.notices.askText(tr("Pools of %1").arg(nameOf(machines)), tr("Names, with commas between them"),
                           machines.first().pools.join(u", "_s), problem, this, [this, machines](const QString &text) {
                               const QStringList pools = namesIn(text);
                               set(machines, [pools](SetMachine &request) { request.pools = pools; },
                                   tr("%1 is in %2").arg(nameOf(machines), pools.join(u", "_s)));
                           });
}

void MachineActions::askLabels(const Machine &machine)
{
    const auto problem = [](const QString &text) {
        return labelsIn(text) ? QString() : tr("Each label once, as name or name=value, with commas between them");
    };
    m_desk.notices.askText(tr("Labels of %1").arg(machine.name), tr("Such as gpu=a100, fast"), textOfLabels(machine.labels),
                           problem, this, [this, machine](const QString &text) {
                               const auto labels = labelsIn(text);
                               set({machine}, [labels](SetMachine &request) { request.labels = labels; },
                                   tr("Labels of %1 are set").arg(machine.name));
                           });
}

void MachineActions::askRemove(const Machine &machine)
{
    Question question;
    question.title = tr("Remove %1?").arg(machine.name);
    question.verb = tr("Remove %1").arg(machine.name);
    question.lines = {tr("Its certificate is revoked: it has to be invited again to come back.")};
    if (machine.tasksNow > 0)
        question.lines.append(tr("The leases of %n task(s) on it end now.", nullptr, machine.tasksNow));
    question.irreversible = tr("A machine that was removed cannot be brought back by undo.");
    question.destructive = true;
    m_desk.notices.ask(question, this, [this, id = machine.id, name = machine.name] {
        m_desk.connection.send(RemoveMachine {.id = id}, this, [this, name](const Result<Done> &done) {
            if (done)
                m_desk.notices.tell(tr("Removed %1").arg(name));
            else
                m_desk.notices.tellError(tr("%1 could not be removed").arg(name), done.error());
        });
    });
}

} // namespace Drover
