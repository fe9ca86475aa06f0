#include "ui/submit/submitview.h"

#include "app/mirror/mirror.h"
#include "app/work/taskoptions.h"
#include "ui/shell/shell.h"
#include "ui/submit/filescard.h"
#include "ui/submit/submitmodel.h"
#include "ui/submit/submitreader.h"
#include "ui/submit/submitrun.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/flowline.h"
#include "ui/widgets/look.h"
#include "ui/widgets/notices.h"
#include "ui/widgets/sheetcontent.h"
#include "ui/widgets/tableview.h"
#include "ui/widgets/words.h"

#include <QtCore/QRegularExpression>
#include <QtGui/QShortcut>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTabBar>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr int typingPause = 200; // ms after the last key before the draft is read

} // namespace

SubmitView::SubmitView(Shell &shell, const ObjectLink &object)
    : View(shell), m_sheet(new SheetContent(m_desk.look, tr("Submit tasks"))), m_model(new SubmitModel(this)),
      m_reader(new SubmitReader(this)), m_run(new SubmitRun(m_desk.connection, this))
{
    setObjectName(u"view.submit"_s);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_sheet);
    m_sheet->setAside(m_shell.newServerLabel(tr("to")));
    addWays(*m_sheet->body());
    addFields(*m_sheet->body());
    addPreview(*m_sheet->body());
    addFooter();
    m_soon.setSingleShot(true);
    m_soon.setInterval(typingPause);
    connect(&m_soon, &QTimer::timeout, this, &SubmitView::read);
    connect(m_reader, &SubmitReader::looked, this, [this](const QList<DroppedFile> &files) {
        m_files += files;
        m_card->setFiles(m_files);
        read();
    });
    connect(m_reader, &SubmitReader::ready, this, &SubmitView::onPreview);
    connect(m_reader, &SubmitReader::busyChanged, this, &SubmitView::follow);
    connect(m_model, &SubmitModel::choiceChanged, this, &SubmitView::follow);
    connect(m_run, &SubmitRun::progressed, this, [this](const QString &words) {
        m_said = words;
        follow();
    });
    connect(m_run, &SubmitRun::submitted, this, &SubmitView::onSubmitted);
    connect(m_run, &SubmitRun::failed, this, &SubmitView::onFailed);
    connect(m_run, &SubmitRun::checked, this, [this] {
        m_said = tr("The daemon would take all of it. Nothing was queued.");
        follow();
    });
    connect(&m_desk.mirror, &Mirror::figuresChanged, this, &SubmitView::follow);
    take(object);
    read();
}

QString SubmitView::title() const
{
    return tr("Submit tasks");
}

QString SubmitView::iconName() const
{
    return u"plus"_s;
}

void SubmitView::addWays(QVBoxLayout &body)
{
    m_ways = new QTabBar;
    m_ways->setObjectName(u"submitWays"_s);
    m_ways->addTab(tr("Form"));
    m_ways->addTab(tr("Commands"));
    m_ways->addTab(tr("Spec"));
    m_ways->setDrawBase(false);
    m_ways->setExpanding(false);
    m_command = new QLineEdit;
    m_command->setObjectName(u"submitCommand"_s);
    m_command->setFont(m_desk.look.font(FontUse::Mono));
    m_command->setPlaceholderText(tr("A program and its arguments; with files, {} is where the file goes: wc -l {}"));
    m_command->setAccessibleName(tr("Command"));
    const auto editor = [this](const QString &name, const QString &placeholder, const QString &words) {
        auto *edit = new QPlainTextEdit;
        edit->setObjectName(name);
        edit->setFont(m_desk.look.font(FontUse::Mono));
        edit->setPlaceholderText(placeholder);
        edit->setAccessibleName(words);
        edit->setTabChangesFocus(true);
        edit->setLineWrapMode(QPlainTextEdit::NoWrap);
        return edit;
    };
    m_lines = editor(u"submitLines"_s, tr("One command a line, each a task of its own.\nWith files or a table, the first line is the "
                                          "command for each: gdalwarp {} {stem}.tif"), tr("Commands"));
    m_spec = editor(u"submitSpec"_s, u"batch: genomes\ntasks:\n  - name: align-{sample}\n    command: align {sample}.fq\n    each: {sample: [a, b, c]}"_s,
                    tr("Spec in YAML or JSON"));
    m_pages = new QStackedWidget;
    auto *form = new QWidget;
    auto *column = new QVBoxLayout(form);
    column->setContentsMargins(0, 0, 0, 0);
    auto *caption = new QLabel(tr("&Command"));
    caption->setBuddy(m_command);
    column->addWidget(caption);
    column->addWidget(m_command);
    column->addStretch();
    for (QWidget *page : std::initializer_list<QWidget *>{form, m_lines, m_spec})
        m_pages->addWidget(page);
    m_pages->setFixedHeight(m_desk.look.scaled(92));
    m_card = new FilesCard(m_desk.look);
    body.addWidget(m_ways);
    body.addWidget(m_card);
    body.addWidget(m_pages);
    m_ways->setCurrentIndex(int(SubmitWay::Commands));
    m_pages->setCurrentIndex(int(SubmitWay::Commands));
    connect(m_ways, &QTabBar::currentChanged, this, [this](int way) {
        m_pages->setCurrentIndex(way);
        read();
    });
    connect(m_command, &QLineEdit::textChanged, this, &SubmitView::readSoon);
    connect(m_lines, &QPlainTextEdit::textChanged, this, &SubmitView::readSoon);
    connect(m_spec, &QPlainTextEdit::textChanged, this, &SubmitView::readSoon);
    connect(m_card, &FilesCard::pathsGiven, m_reader, &SubmitReader::look);
    connect(m_card, &FilesCard::sendsFilesChanged, this, &SubmitView::read);
    connect(m_card, &FilesCard::cleared, this, [this] {
        m_files.clear();
        m_card->setFiles({});
        read();
    });
}

QLineEdit *SubmitView::addField(QLayout &into, const QString &path, const QString &label, const QString &placeholder, int width)
{
    auto *edit = new QLineEdit;
    edit->setObjectName(u"field."_s + path);
    edit->setPlaceholderText(placeholder);
    edit->setAccessibleName(label);
    if (width > 0)
        edit->setFixedWidth(m_desk.look.scaled(width));
    auto *column = new QVBoxLayout;
    column->setSpacing(4);
    auto *caption = new QLabel(label);
    caption->setFont(m_desk.look.font(FontUse::Caption));
    caption->setBuddy(edit);
    column->addWidget(caption);
    column->addWidget(edit);
    static_cast<QBoxLayout &>(into).addLayout(column, width > 0 ? 0 : 1);
    m_fields.insert(path, edit);
    connect(edit, &QLineEdit::textChanged, this, &SubmitView::readSoon);
    return edit;
}

void SubmitView::addFields(QVBoxLayout &body)
{
    auto *line = new QHBoxLayout;
    line->setSpacing(12);
    m_batch = new QComboBox;
    m_batch->setObjectName(u"submitBatch"_s);
    m_batch->setEditable(true);
    m_batch->setInsertPolicy(QComboBox::NoInsert);
    m_batch->setAccessibleName(tr("Batch"));
    for (const Batch &batch : m_desk.mirror.batches()) {
        if (!isSet(batch.ended))
            m_batch->addItem(batch.name);
    }
    m_batch->setCurrentText({});
    m_batch->lineEdit()->setPlaceholderText(tr("default"));
    m_batch->setFixedWidth(m_desk.look.scaled(190));
    auto *column = new QVBoxLayout;
    column->setSpacing(4);
    auto *caption = new QLabel(tr("&Batch"));
    caption->setFont(m_desk.look.font(FontUse::Caption));
    caption->setBuddy(m_batch);
    column->addWidget(caption);
    column->addWidget(m_batch);
    line->addLayout(column);
    addField(*line, u"step"_s, tr("Step"), tr("none"), 110);
    addField(*line, u"priority"_s, tr("Priority"), u"50"_s, 64);
    addField(*line, u"retry.attempts"_s, tr("Attempts"), u"1"_s, 64);
    addField(*line, u"needs.memory"_s, tr("Memory"), tr("no limit"), 84);
    addField(*line, u"needs.machine"_s, tr("Machine"), tr("any"), 110);
    addField(*line, u"after"_s, tr("After"), tr("nothing"), 0);
    auto *more = new QPushButton(m_desk.look.icon(u"plus"_s), tr("Field…"));
    more->setObjectName(u"addSubmitField"_s);
    more->setToolTip(tr("Any other field of a task: timeouts, labels, environment, outputs…"));
    connect(more, &QPushButton::clicked, this, &SubmitView::addOtherField);
    line->addWidget(more, 0, Qt::AlignBottom);
    body.addLayout(line);
    m_others = new QVBoxLayout;
    m_others->setSpacing(8);
    body.addLayout(m_others);
    connect(m_batch, &QComboBox::editTextChanged, this, &SubmitView::follow);
}

// Every field has an option of `drover submit`, and its words.
void SubmitView::addOtherField()
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setToolTipsVisible(true);
    for (const TaskOption &option : taskOptions()) {
        if (m_fields.contains(option.path) || option.path == "inputs"_L1)
            continue;
        QAction *entry = menu->addAction(option.path);
        entry->setToolTip(option.words);
        connect(entry, &QAction::triggered, this, [this, option] {
            auto *line = new QHBoxLayout;
            QLineEdit *edit = addField(*line, option.path, option.path + u" – "_s + option.words, option.value, 0);
            if (option.form == TaskOption::Form::Flag)
                edit->setText(option.flagText);
            m_others->addLayout(line);
            edit->setFocus();
        });
    }
    auto *button = findChild<QPushButton *>(u"addSubmitField"_s);
    menu->popup(button->mapToGlobal(QPoint(0, button->height())));
}

void SubmitView::addPreview(QVBoxLayout &body)
{
    Look &look = m_desk.look;
    m_chips = new FlowLine(look);
    m_ready = new Chip(look, u"check"_s, Tint::Succeeded, tr("ready"));
    m_repeats = new Chip(look, u"retry"_s, Tint::Silent, tr("repeat"));
    m_errors = new Chip(look, u"state-failed"_s, Tint::Failed, tr("error"));
    const QList<std::pair<Chip *, PreviewState>> chips{{m_ready, PreviewState::Ready}, {m_repeats, PreviewState::Repeat},
                                                       {m_errors, PreviewState::Error}};
    for (const auto &[chip, state] : chips) {
        m_chips->addChip(chip);
        connect(chip, &QAbstractButton::toggled, this, [this, chip = chip, state = state, chips](bool on) {
            for (const auto &[other, ignored] : chips) {
                if (on && other != chip)
                    other->setChecked(false);
            }
            m_model->setShown(on ? std::optional(state) : std::nullopt);
        });
    }
    m_leaveOut = new QPushButton(tr("Leave out"));
    m_leaveOut->setObjectName(u"leaveOut"_s);
    m_runAgain = new QPushButton(tr("Run all the same"));
    m_runAgain->setObjectName(u"runAgain"_s);
    m_chips->addButton(m_leaveOut);
    m_chips->addButton(m_runAgain);
    connect(m_leaveOut, &QPushButton::clicked, this, &SubmitView::leaveOutSelected);
    connect(m_runAgain, &QPushButton::clicked, this, &SubmitView::runSelectedAgain);
    m_table = new TableView(look);
    m_table->setObjectName(u"submitTable"_s);
    m_table->setAccessibleName(tr("Preview"));
    m_table->setCells(m_model);
    m_table->setMinimumHeight(look.scaled(240));
    body.addWidget(m_chips);
    body.addWidget(m_table, 1);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &SubmitView::follow);
    auto *remove = new QShortcut(QKeySequence(Qt::Key_Delete), m_table, nullptr, nullptr, Qt::WidgetShortcut);
    connect(remove, &QShortcut::activated, this, &SubmitView::leaveOutSelected);
}

void SubmitView::addFooter()
{
    m_dryRun = m_sheet->addButton(tr("Dry run"));
    m_dryRun->setObjectName(u"submitDryRun"_s);
    m_sheet->addClosing(tr("Cancel"));
    m_go = m_sheet->addButton(tr("Submit"), SheetContent::Kind::Primary);
    m_go->setObjectName(u"submitGo"_s);
    connect(m_sheet, &SheetContent::closed, this, &SubmitView::leave);
    connect(m_dryRun, &QPushButton::clicked, this, [this] { submit(true); });
    connect(m_go, &QPushButton::clicked, this, [this] { submit(false); });
}

void SubmitView::take(const ObjectLink &object)
{
    if (const QString batch = object.query.value(u"batch"_s); !batch.isEmpty())
        m_batch->setCurrentText(batch);
    if (const QString machine = object.query.value(u"machine"_s); !machine.isEmpty())
        m_fields.value(u"needs.machine"_s)->setText(machine);
    if (const QString text = object.query.value(u"text"_s); !text.isEmpty())
        m_lines->setPlainText(text);
    if (const QString spec = object.query.value(u"spec"_s); !spec.isEmpty()) {
        m_spec->setPlainText(spec);
        m_ways->setCurrentIndex(int(SubmitWay::Spec));
    }
    if (const QString files = object.query.value(u"files"_s); !files.isEmpty())
        m_reader->look(files.split(u'\n', Qt::SkipEmptyParts));
    setFocusProxy(m_ways->currentIndex() == int(SubmitWay::Spec) ? m_spec : m_lines);
}

SubmitDraft SubmitView::draft() const
{
    SubmitDraft draft;
    draft.way = SubmitWay(m_ways->currentIndex());
    draft.command = m_command->text();
    draft.lines = m_lines->toPlainText();
    draft.spec = m_spec->toPlainText();
    draft.files = m_files;
    draft.sendsFiles = m_card->sendsFiles();
    draft.batch = m_batch->currentText().trimmed();
    for (auto field = m_fields.cbegin(); field != m_fields.cend(); ++field)
        draft.fields.insert(field.key(), field.value()->text());
    return draft;
}

void SubmitView::readSoon()
{
    m_soon.start();
}

void SubmitView::read()
{
    m_soon.stop();
    m_said.clear();
    m_reader->read(draft());
}

void SubmitView::onPreview(const SubmitPreview &preview)
{
    m_model->setPreview(preview);
    if (m_batch->currentText().isEmpty())
        m_batch->lineEdit()->setPlaceholderText(preview.batch.isEmpty() ? tr("default") : preview.batch);
    if (preview.tasks.isEmpty())
        m_table->showReason(tr("Nothing to preview yet. Say what to run, or drop files."));
    else
        m_table->showRows();
    follow();
}

void SubmitView::follow()
{
    const SubmitPreview &preview = m_model->preview();
    m_ready->setCount(preview.count(PreviewState::Ready));
    m_repeats->setCount(preview.count(PreviewState::Repeat));
    m_errors->setCount(preview.count(PreviewState::Error));
    m_chips->setWanted(m_repeats, m_repeats->count() > 0);
    m_chips->setWanted(m_errors, m_errors->count() > 0);
    m_chips->arrange();
    const bool selected = m_table->selectionModel()->hasSelection();
    m_leaveOut->setEnabled(selected);
    m_runAgain->setVisible(m_repeats->count() > 0);
    m_runAgain->setEnabled(selected);

    const qsizetype wanted = m_model->wanted().size();
    const bool late = m_soon.isActive() || m_reader->isBusy();
    const QString project = projectOf();
    const QString why = !m_desk.connection.isReady()             ? tr("Not connected. What you typed stays.")
        : !m_desk.mirror.may(Level::Operator, project)           ? tr("Submitting to %1 needs operator there.").arg(project)
        : m_model->inTheWay() > 0                                ? tr("Mend or leave out %n error(s) first.", nullptr, int(m_model->inTheWay()))
        : wanted == 0                                            ? tr("Nothing is ready to submit.")
                                                                 : QString();
    const bool able = why.isEmpty() && !late && !m_run->isBusy();
    m_go->setEnabled(able);
    m_dryRun->setEnabled(able);
    m_go->setText(wanted > 0 ? tr("Submit %n task(s)", nullptr, int(wanted)) : tr("Submit"));
    m_sheet->setOutlook(!m_said.isEmpty() ? m_said : !why.isEmpty() ? why : outlook());
}

QString SubmitView::outlook() const
{
    int free = 0;
    for (const Machine &machine : m_desk.mirror.machines()) {
        if (machine.state == MachineState::Online)
            free += std::max(0, machine.slotCount - machine.slotsUsed);
    }
    if (m_desk.mirror.status().held)
        return tr("Everything is held: they wait until it is released.");
    return free > 0 ? tr("Starts at once on %n free slot(s).", nullptr, free) : tr("No slot is free now: they wait for one.");
}

QString SubmitView::projectOf() const
{
    const QString said = m_model->preview().project;
    const QString own = m_desk.mirror.session().project;
    return !said.isEmpty() ? said : own.isEmpty() || own == "*"_L1 ? u"main"_s : own;
}

void SubmitView::leaveOutSelected()
{
    QSet<int> tasks;
    for (const QModelIndex &index : m_table->selectionModel()->selectedRows())
        tasks.insert(m_model->taskAt(index.row()));
    for (const int task : std::as_const(tasks))
        m_model->leaveOut(task);
}

void SubmitView::runSelectedAgain()
{
    QSet<int> tasks;
    for (const QModelIndex &index : m_table->selectionModel()->selectedRows())
        tasks.insert(m_model->taskAt(index.row()));
    for (const int task : std::as_const(tasks))
        m_model->runAgain(task);
}

void SubmitView::submit(bool dryRun)
{
    const SubmitPreview &preview = m_model->preview();
    Submit request;
    request.project = projectOf();
    request.batch = m_batch->currentText().trimmed().isEmpty() ? preview.batch : m_batch->currentText().trimmed();
    request.tasks = m_model->wanted();
    request.dryRun = dryRun;
    m_run->start(request);
    follow();
}

void SubmitView::onSubmitted(const Submitted &submitted)
{
    m_desk.notices.tell(tr("Queued %n task(s) in batch %1", nullptr, int(submitted.tasks.size())).arg(submitted.batchName));
    leave();
}

// The daemon names tasks by their place; here they have names.
void SubmitView::onFailed(const Error &error)
{
    const QList<TaskSpec> sent = m_model->wanted();
    SubmitPreview preview = m_model->preview();
    static const QRegularExpression place(u"^tasks\\[(\\d+)\\]\\.?"_s);
    for (const Problem &problem : error.problems) {
        const QRegularExpressionMatch match = place.match(problem.field);
        const QString field = match.hasMatch() ? problem.field.sliced(match.capturedLength()) : problem.field;
        const QString name = match.hasMatch() ? sent.value(match.captured(1).toLongLong()).name : QString();
        preview.tasks.append({.state = PreviewState::Error, .name = name.isEmpty() ? field : name,
                              .problem = field.isEmpty() ? problem.reason : field + u": "_s + problem.reason,
                              .remedy = problem.remedy});
    }
    m_said = error.message;
    if (!error.problems.isEmpty())
        onPreview(preview);
    follow();
}

void SubmitView::leave()
{
    m_run->cancel();
    m_shell.closeSheet(this);
}

ViewKind submitKind()
{
    ViewKind kind;
    kind.id = u"submit"_s;
    kind.title = SubmitView::tr("Submit tasks");
    kind.icon = u"plus"_s;
    kind.place = Place::Sheet;
    kind.opens = {u"submit"_s};
    kind.create = [](Shell &shell, const ObjectLink &object) -> View * { return new SubmitView(shell, object); };
    return kind;
}

} // namespace Drover
