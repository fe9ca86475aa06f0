#include "ui/tasks/attemptmodel.h"

#include "ui/widgets/words.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

enum class At { Number, Worker, Reason, Started, Duration, Cpu, Memory, Output, Exit };

QList<Column> attemptColumns()
{
    return {
        {.id = u"n"_s, .title = AttemptModel::tr("No"), .kind = CellKind::State, .width = 48},
        {.id = u"worker"_s, .title = AttemptModel::tr("Worker"), .width = 76, .elide = Qt::ElideMiddle},
        {.id = u"reason"_s, .title = AttemptModel::tr("Reason"), .width = 110, .stretches = true},
        {.id = u"started"_s, .title = AttemptModel::tr("Started"), .kind = CellKind::Number, .width = 100, .shown = false},
        {.id = u"duration"_s, .title = AttemptModel::tr("Duration"), .kind = CellKind::Number, .width = 80},
        {.id = u"cpu"_s, .title = AttemptModel::tr("CPU time"), .kind = CellKind::Number, .width = 80, .shown = false},
        {.id = u"memory"_s, .title = AttemptModel::tr("Peak memory"), .kind = CellKind::Number, .width = 90, .shown = false},
        {.id = u"output"_s, .title = AttemptModel::tr("Output"), .kind = CellKind::Number, .width = 80, .shown = false},
        {.id = u"exit"_s, .title = AttemptModel::tr("Exit"), .kind = CellKind::Number, .width = 48, .shown = false},
    };
}

} // namespace

AttemptModel::AttemptModel(QObject *parent) : CellModel(attemptColumns(), parent) { }

int AttemptModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_attempts.size());
}

void AttemptModel::setAttempts(QList<Attempt> attempts, Instant now, bool utc)
{
    std::ranges::sort(attempts, std::greater(), &Attempt::n);
    m_now = now;
    m_utc = utc;
    const bool same = std::ranges::equal(attempts, m_attempts, {}, &Attempt::id, &Attempt::id);
    if (same) {
        m_attempts = attempts;
        if (!m_attempts.isEmpty())
            emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
        return;
    }
    beginResetModel();
    m_attempts = attempts;
    endResetModel();
}

Cell AttemptModel::cell(int row, int column) const
{
    const Attempt &attempt = m_attempts.at(row);
    const StateLook look = lookOf(attempt.state);
    const auto text = [](const QString &words) { return Cell {.text = words, .tint = Tint::Text2}; };
    switch (At(column)) {
    case At::Number: return {.text = QString::number(attempt.n), .tint = look.tint, .icon = look.icon, .tip = look.word};
    case At::Worker: return {.text = attempt.machineName};
    case At::Reason: {
        const QString end = wordsOfEnd(attempt.endReason, attempt.exitCode, attempt.signal);
        return {.text = end.isEmpty() ? look.word.toLower() : end, .tint = Tint::Text2, .tip = attempt.detail};
    }
    case At::Started:
        return {.text = wordsOfTime(attempt.started, m_now, m_utc), .tint = Tint::Text2, .tip = wordsOfMoment(attempt.started, m_utc)};
    case At::Duration:
        if (!isSet(attempt.started))
            return {};
        return text(isSet(attempt.ended) ? wordsOfDuration(attempt.ended - attempt.started) : wordsOfRunning(m_now - attempt.started));
    case At::Cpu: return text(attempt.cpuTime.count() > 0 ? wordsOfDuration(attempt.cpuTime) : QString());
    case At::Memory: return text(attempt.peakMemory > 0 ? wordsOfMemory(attempt.peakMemory) : QString());
    case At::Output: return text(attempt.outSize + attempt.errSize > 0 ? wordsOfSize(attempt.outSize + attempt.errSize) : QString());
    case At::Exit: return text(attempt.exitCode ? QString::number(*attempt.exitCode) : QString());
    }
    return {};
}

} // namespace Drover
