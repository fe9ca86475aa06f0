#include "ui/shell/notifier.h"

#include "app/client/connection.h"
#include "app/profiles/consolestate.h"
#include "ui/widgets/desk.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr int mostOfOneKind = 3; // at once; more are counted

/// "a, b, c and 12 more".
QString listed(const QStringList &names)
{
    if (names.size() <= mostOfOneKind)
        return names.join(u", "_s);
    return Notifier::tr("%1 and %n more", nullptr, int(names.size()) - mostOfOneKind)
        .arg(names.first(mostOfOneKind).join(u", "_s));
}

} // namespace

Notifier::Notifier(const Desk &desk, QObject *parent) : QObject(parent), m_desk(desk)
{
    connect(&desk.mirror, &Mirror::reloaded, this, [this] { m_knows = false; });
    connect(&desk.mirror, &Mirror::batchesChanged, this, &Notifier::onBatches);
    connect(&desk.mirror, &Mirror::machinesChanged, this, &Notifier::onMachines);
    connect(&desk.mirror, &Mirror::operationsChanged, this, &Notifier::onOperations);
    connect(&desk.mirror, &Mirror::statusChanged, this, &Notifier::onStatus);
    connect(&desk.connection, &Connection::lost, this, [this](const Error &error) {
        tell(Occasion::ConnectionLost, tr("The connection is lost: %1").arg(error.message));
    });
    learn();
}

// What is there now is nothing new.
void Notifier::learn()
{
    if (m_knows || !m_desk.mirror.isLoaded())
        return;
    m_batchEnded.clear();
    m_machineLost.clear();
    m_operationEnded.clear();
    for (const Batch &batch : m_desk.mirror.batches())
        m_batchEnded.insert(batch.id, isSet(batch.ended));
    for (const Machine &machine : m_desk.mirror.machines())
        m_machineLost.insert(machine.id, machine.state == MachineState::Lost);
    for (const Operation &operation : m_desk.mirror.operations())
        m_operationEnded.insert(operation.id, operation.state != OperationState::Running);
    m_held = m_desk.mirror.status().held;
    m_knows = true;
}

void Notifier::onBatches(const BatchChanges &changes)
{
    if (!m_knows) {
        learn();
        return;
    }
    QStringList well;
    QStringList badly;
    for (const Batch &batch : changes.added + changes.changed) {
        bool &ended = m_batchEnded[batch.id];
        if (isSet(batch.ended) && !ended)
            (batch.counts[TaskState::Failed] > 0 ? badly : well).append(batch.name);
        ended = isSet(batch.ended);
    }
    for (const BatchId id : changes.removed)
        m_batchEnded.remove(id);
    if (!badly.isEmpty())
        tell(Occasion::BatchFailed, tr("Ended with failures: %1").arg(listed(badly)));
    if (!well.isEmpty())
        tell(Occasion::BatchEnded, tr("Ended well: %1").arg(listed(well)));
}

void Notifier::onMachines(const MachineChanges &changes)
{
    if (!m_knows) {
        learn();
        return;
    }
    QStringList names;
    for (const Machine &machine : changes.added + changes.changed) {
        bool &lost = m_machineLost[machine.id];
        const bool now = machine.state == MachineState::Lost;
        if (now && !lost)
            names.append(machine.name);
        lost = now;
    }
    for (const MachineId id : changes.removed)
        m_machineLost.remove(id);
    if (!names.isEmpty())
        tell(Occasion::MachineLost, tr("Lost: %1").arg(listed(names)));
}

void Notifier::onOperations(const OperationChanges &changes)
{
    if (!m_knows) {
        learn();
        return;
    }
    for (const Operation &operation : changes.added + changes.changed) {
        bool &ended = m_operationEnded[operation.id];
        const bool now = operation.state != OperationState::Running;
        if (now && !ended && operation.state == OperationState::Failed)
            tell(Occasion::OperationFailed, tr("%1 failed: %2").arg(operation.words, operation.error));
        ended = now;
    }
    for (const OperationId id : changes.removed)
        m_operationEnded.remove(id);
}

void Notifier::onStatus()
{
    if (!m_knows)
        return;
    const bool held = m_desk.mirror.status().held;
    if (held != m_held)
        tell(Occasion::HeldByAnother, held ? tr("Everything is held: nothing new starts") : tr("Work goes on"));
    m_held = held;
}

void Notifier::tell(Occasion occasion, const QString &text)
{
    const NotificationRules rules = NotificationRules::fromJson(m_desk.state.value(u"notifications"_s).toObject());
    const Telling telling = rules.of(occasion);
    if (telling != Telling::Nothing)
        emit told(telling, text);
}

} // namespace Drover
