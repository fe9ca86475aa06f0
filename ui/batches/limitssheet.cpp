#include "ui/batches/limitssheet.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSpinBox>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

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

LimitsSheet::LimitsSheet(Look &look, const Batch &batch, QWidget *parent)
    : SheetContent(look, tr("Limits of %1").arg(batch.name), parent)
    , m_batch(batch)
    , m_most(new QSpinBox)
    , m_pools(new QLineEdit(batch.pools.join(u", "_s)))
    , m_rule(new QComboBox)
    , m_lease(new QLineEdit(printedDuration(batch.lease)))
    , m_share(new QLineEdit(batch.shareBy))
{
    m_most->setObjectName(u"mostRunning"_s);
    m_most->setRange(0, 1'000'000);
    m_most->setSpecialValueText(tr("no limit"));
    m_most->setValue(batch.mostRunning);
    m_pools->setObjectName(u"pools"_s);
    m_pools->setPlaceholderText(tr("default"));
    m_rule->setObjectName(u"leaseRule"_s);
    m_rule->addItem(tr("queue its tasks again (replace)"), int(LeaseRule::Replace));
    m_rule->addItem(tr("wait for a person or the machine (wait)"), int(LeaseRule::Wait));
    m_rule->addItem(tr("end them there first, never two at once (fence)"), int(LeaseRule::Fence));
    m_rule->setCurrentIndex(m_rule->findData(int(batch.leaseRule)));
    m_lease->setObjectName(u"lease"_s);
    m_share->setObjectName(u"shareBy"_s);
    m_share->setPlaceholderText(tr("a label, such as student"));
    auto *form = new QFormLayout;
    form->setLabelAlignment(Qt::AlignLeft);
    form->setHorizontalSpacing(16);
    form->setVerticalSpacing(10);
    form->addRow(tr("Running at once"), m_most);
    form->addRow(tr("Pools"), m_pools);
    form->addRow(tr("Lost contact for"), m_lease);
    form->addRow(tr("Then"), m_rule);
    form->addRow(tr("Share fairly by"), m_share);
    body()->addLayout(form);
    addClosing(tr("Cancel"));
    m_set = addButton(tr("Set limits"), Kind::Primary);
    connect(m_set, &QPushButton::clicked, this, [this] {
        QString problem;
        const SetBatch set = request(&problem);
        if (problem.isEmpty())
            emit accepted(set);
    });
    connect(m_lease, &QLineEdit::textChanged, this, &LimitsSheet::check);
    check();
}

SetBatch LimitsSheet::request(QString *problem) const
{
    SetBatch request {.id = m_batch.id};
    const auto lease = durationOf(m_lease->text());
    if (!lease || lease->count() < 1000)
        *problem = tr("Lost contact for: a duration of a second and more is expected: 30 s, 10 m, 2 h");
    if (m_most->value() != m_batch.mostRunning)
        request.mostRunning = m_most->value();
    if (namesIn(m_pools->text()) != m_batch.pools)
        request.pools = namesIn(m_pools->text());
    if (const auto rule = LeaseRule(m_rule->currentData().toInt()); rule != m_batch.leaseRule)
        request.leaseRule = rule;
    if (lease && *lease != m_batch.lease)
        request.lease = *lease;
    if (m_share->text().trimmed() != m_batch.shareBy)
        request.shareBy = m_share->text().trimmed();
    return request;
}

void LimitsSheet::check()
{
    QString problem;
    std::ignore = request(&problem);
    setOutlook(problem.isEmpty() ? tr("Holds from the next task on") : problem);
    m_set->setEnabled(problem.isEmpty());
}

} // namespace Drover
