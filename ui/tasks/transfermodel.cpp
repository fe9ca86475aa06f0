#include "ui/tasks/transfermodel.h"

#include "ui/widgets/words.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

QList<Column> transferColumns()
{
    return {
        {.id = u"way"_s, .title = TransferModel::tr("Way"), .kind = CellKind::State, .width = 84},
        {.id = u"name"_s, .title = TransferModel::tr("File"), .width = 120, .stretches = true, .elide = Qt::ElideMiddle},
        {.id = u"source"_s, .title = TransferModel::tr("From or to"), .width = 120, .elide = Qt::ElideMiddle},
        {.id = u"size"_s, .title = TransferModel::tr("Size"), .kind = CellKind::Number, .width = 70},
    };
}

} // namespace

TransferModel::TransferModel(QObject *parent) : CellModel(transferColumns(), parent) { }

int TransferModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

void TransferModel::setSpec(const TaskSpec &spec)
{
    QList<Row> rows;
    for (const Transfer &each : spec.inputs)
        rows.append({Way::In, each});
    for (const Transfer &each : spec.sharedInputs)
        rows.append({Way::Shared, each});
    for (const Transfer &each : spec.outputs)
        rows.append({Way::Out, each});
    if (rows == m_rows)
        return;
    beginResetModel();
    m_rows = rows;
    endResetModel();
}

Cell TransferModel::cell(int row, int column) const
{
    const auto &[way, transfer] = m_rows.at(row);
    const bool out = way == Way::Out;
    switch (column) {
    case 0:
        return {.text = out ? tr("Output") : way == Way::In ? tr("Input") : tr("Shared"),
                .tint = Tint::Text2,
                .icon = out ? u"state-collecting"_s : u"state-preparing"_s};
    case 1: return {.text = out ? transfer.source : transfer.name, .tip = out ? transfer.source : transfer.name};
    case 2: {
        const QString place = out ? (transfer.name.isEmpty() ? tr("the daemon") : transfer.name) : transfer.source;
        return {.text = place, .tint = Tint::Text2, .tip = place};
    }
    default: return {.text = transfer.size >= 0 ? wordsOfSize(transfer.size) : QString(), .tint = Tint::Text2};
    }
}

} // namespace Drover
