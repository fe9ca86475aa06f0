#include "ui/batches/notespage.h"

#include "app/mirror/mirror.h"
#include "backend/protocol/batchrequests.h"
#include "ui/widgets/keyvaluegrid.h"
#include "ui/widgets/look.h"
#include "ui/widgets/notices.h"
#include "ui/widgets/statelook.h"
#include "ui/widgets/words.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>

using namespace Qt::StringLiterals;

namespace Drover {

NotesPage::NotesPage(Shell &shell)
    : m_desk(shell.desk()), m_text(new QPlainTextEdit), m_save(new QPushButton(tr("Save notes"))), m_hint(new QLabel),
      m_facts(new KeyValueGrid(m_desk.look))
{
    m_text->setObjectName(u"batchNotes"_s);
    m_text->setAccessibleName(tr("Notes"));
    m_text->setPlaceholderText(tr("What others should know about this batch"));
    m_text->setTabChangesFocus(true);
    m_save->setObjectName(u"saveNotes"_s);
    m_hint->setForegroundRole(QPalette::PlaceholderText);
    auto *line = new QHBoxLayout;
    line->addWidget(m_hint, 1);
    line->addWidget(m_save);
    auto *left = new QVBoxLayout;
    left->setSpacing(8);
    left->addWidget(m_text, 1);
    left->addLayout(line);
    auto *all = new QHBoxLayout(this);
    all->setContentsMargins(16, 12, 16, 12);
    all->setSpacing(24);
    all->addLayout(left, 3);
    all->addWidget(m_facts, 2, Qt::AlignTop);
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    connect(m_save, &QPushButton::clicked, this, &NotesPage::save);
    connect(m_text, &QPlainTextEdit::textChanged, this, &NotesPage::update);
}

void NotesPage::show(const Batch &batch, const QString &)
{
    const bool isTyping = m_batch.id == batch.id && m_text->toPlainText() != m_batch.notes;
    m_batch = batch;
    if (!isTyping && m_text->toPlainText() != batch.notes)
        m_text->setPlainText(batch.notes);
    const bool utc = m_desk.look.isUtc();
    m_facts->setRows(
        {{tr("Batch"), QString::number(batch.id.value)},
         {tr("Project"), batch.project},
         {tr("Owner"), batch.owner},
         {tr("Created"), wordsOfMoment(batch.created, utc)},
         {tr("Ended"), isSet(batch.ended) ? wordsOfMoment(batch.ended, utc) : QString()},
         {tr("Tasks"), wordsOfCounts(batch.counts)},
         {tr("Priority"), QString::number(batch.priority)},
         {tr("At once"), batch.mostRunning > 0 ? wordsOfCount(batch.mostRunning) : tr("no limit")},
         {tr("Pools"), batch.pools.isEmpty() ? tr("default") : batch.pools.join(u", "_s)},
         {tr("Lease"), tr("%1, then %2").arg(wordsOfDuration(batch.lease), enumText(batch.leaseRule))},
         {tr("Shared by"), batch.shareBy},
         {tr("Kept"), batch.keep ? tr("as evidence") : QString()}});
    update();
}

void NotesPage::update()
{
    const bool isOther = m_text->toPlainText() != m_batch.notes;
    const bool may = m_desk.mirror.may(Level::Operator, m_batch.project);
    m_text->setReadOnly(!may || isSet(m_batch.ended));
    m_save->setEnabled(isOther && may && !m_desk.mirror.isStale());
    m_hint->setText(isSet(m_batch.ended) ? tr("It has ended: its notes stay as they are")
                        : !may           ? tr("Needs the access level operator in project %1").arg(m_batch.project)
                        : isOther        ? tr("Not saved yet")
                                         : QString());
}

void NotesPage::save()
{
    const SetBatch request {.id = m_batch.id, .notes = m_text->toPlainText()};
    m_desk.connection.send(request, this, [this](const Result<Batch> &set) {
        if (!set) {
            m_desk.notices.tellError(tr("The notes could not be saved"), set.error());
            return;
        }
        if (set->id == m_batch.id)
            m_batch.notes = set->notes;
        update();
        m_desk.notices.tell(tr("Notes saved"));
    });
}

} // namespace Drover
