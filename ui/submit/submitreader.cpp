#include "ui/submit/submitreader.h"

#include "app/work/shellwords.h"
#include "app/work/spectext.h"
#include "backend/base/size.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QFileInfo>
#include <QtCore/QPointer>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(SubmitReader)
};

PreviewTask errorOf(const Problem &problem)
{
    QString where = problem.file;
    if (problem.line > 0)
        where += (where.isEmpty() ? Text::tr("line %1") : u":%1"_s).arg(problem.line);
    if (where.isEmpty())
        where = problem.field;
    const QString reason = problem.field.isEmpty() || where == problem.field ? problem.reason : problem.field + u": "_s + problem.reason;
    return {.state = PreviewState::Error, .name = where, .problem = reason, .remedy = problem.remedy};
}

PreviewTask errorOf(const DroppedFile &file)
{
    return {.state = PreviewState::Error, .name = QFileInfo(file.path).fileName(), .input = file.path,
            .problem = file.problem, .remedy = file.remedy};
}

// As the daemon will call it: the first word of the command where nothing was said.
QString nameOf(const TaskSpec &task)
{
    if (!task.name.isEmpty())
        return task.name;
    return task.command.isEmpty() ? task.shell.section(u' ', 0, 0) : QFileInfo(task.command.first()).fileName();
}

/// Gathers tasks of several readers into one preview.
class Gathering
{
public:
    explicit Gathering(const SubmitDraft &draft) : m_draft(draft), m_fields(nodeOf(draft.fields)) { }

    SubmitPreview gather()
    {
        for (const DroppedFile &file : m_draft.files) {
            switch (file.kind) {
            case DropKind::Bad: m_preview.tasks.append(errorOf(file)); break;
            case DropKind::Script: addScript(file); break;
            case DropKind::Spec:
            case DropKind::Table: addListed(file); break;
            case DropKind::Data: m_data.append(file.path); break;
            }
        }
        addData();
        addWritten();
        markRepeats();
        return m_preview;
    }

private:
    void take(WorkReader &reader)
    {
        const Result<WorkList> work = reader.finish();
        if (!work) {
            for (const Problem &problem : work.error().problems)
                m_preview.tasks.append(errorOf(problem));
            if (work.error().problems.isEmpty())
                m_preview.tasks.append({.state = PreviewState::Error, .problem = work.error().message});
            return;
        }
        if (m_preview.batch.isEmpty())
            m_preview.batch = work->batch;
        if (m_preview.project.isEmpty())
            m_preview.project = work->project;
        for (const TaskSpec &task : work->tasks) {
            PreviewTask line{.name = nameOf(task), .task = task};
            if (!task.inputs.isEmpty()) {
                line.input = task.inputs.first().source;
                line.inputSize = QFileInfo(line.input).size();
            }
            m_preview.tasks.append(line);
        }
    }

    // {} is where the file is there: in INPUT where it is sent, else the path as it is here.
    SpecNode templated() const
    {
        SpecNode node = m_fields;
        QString line = m_draft.templateLine();
        if (m_draft.sendsFiles) {
            line.replace(u"{}"_s, u"\"$INPUT\"/{name}"_s);
            node.set(u"inputs"_s, SpecNode::ofList({u"{}"_s}));
        }
        node.set(u"shell"_s, SpecNode::ofText(line));
        if (!node.find(u"name"))
            node.set(u"name"_s, SpecNode::ofText(u"{name}"_s));
        return node;
    }

    bool needsTemplate(const QString &what)
    {
        if (!m_draft.templateLine().isEmpty())
            return true;
        m_preview.tasks.append({.state = PreviewState::Error, .name = what, .problem = Text::tr("What shall run for each of them?"),
                                .remedy = Text::tr("Write a command with {} where the file goes: wc -l {}")});
        return false;
    }

    void addData()
    {
        if (m_data.isEmpty() || !needsTemplate(Text::tr("%n file(s)", nullptr, int(m_data.size()))))
            return;
        WorkReader reader(templated());
        reader.addForEach(m_data);
        take(reader);
    }

    void addScript(const DroppedFile &file)
    {
        SpecNode node = m_fields;
        const QString name = QFileInfo(file.path).fileName();
        if (!node.find(u"name"))
            node.set(u"name"_s, SpecNode::ofText(name));
        if (m_draft.sendsFiles) {
            node.set(u"shell"_s, SpecNode::ofText(u"exec "_s + shellQuoted(file.interpreter) + u" \"$INPUT\"/"_s + shellQuoted(name)));
            node.set(u"inputs"_s, SpecNode::ofList({file.path}));
        } else {
            node.set(u"command"_s, SpecNode::ofList(file.interpreter + QStringList{file.path}));
        }
        WorkReader reader(node);
        reader.addTask();
        take(reader);
    }

    void addListed(const DroppedFile &file)
    {
        const bool isTable = file.kind == DropKind::Table;
        if (isTable && m_draft.way != SubmitWay::Spec && !needsTemplate(QFileInfo(file.path).fileName()))
            return;
        const Result<QByteArray> bytes = readSpecFile(file.path);
        if (!bytes) {
            m_preview.tasks.append({.state = PreviewState::Error, .name = file.path, .problem = bytes.error().message});
            return;
        }
        SpecNode node = m_fields;
        if (isTable)
            node.set(u"shell"_s, SpecNode::ofText(m_draft.templateLine()));
        WorkReader reader(node, readSpecFile);
        if (isTable)
            reader.addForRows(file.path, *bytes);
        else
            reader.addSpec(file.path, *bytes, specFormatOf(file.path).value_or(SpecFormat::Yaml));
        take(reader);
    }

    // What was typed. With data files it is their template, and no task of its own.
    void addWritten()
    {
        WorkReader reader(m_fields, readSpecFile);
        if (m_draft.way == SubmitWay::Spec) {
            if (m_draft.spec.trimmed().isEmpty())
                return;
            reader.addSpec(Text::tr("spec"), m_draft.spec.toUtf8(), SpecFormat::Yaml);
        } else {
            const QString typed = m_draft.way == SubmitWay::Form ? m_draft.command : m_draft.lines;
            if (m_draft.hasData() || typed.trimmed().isEmpty())
                return;
            reader.addLines(m_draft.way == SubmitWay::Form ? QString() : Text::tr("commands"), typed.toUtf8());
        }
        take(reader);
    }

    void markRepeats()
    {
        QHash<QByteArray, QString> first;
        for (PreviewTask &line : m_preview.tasks) {
            if (line.state == PreviewState::Error)
                continue;
            TaskSpec same = line.task;
            same.name.clear();
            const QByteArray key = encode(same);
            const auto before = first.constFind(key);
            if (before == first.cend()) {
                first.insert(key, line.name);
                continue;
            }
            line.state = PreviewState::Repeat;
            line.problem = Text::tr("%1 has the same command and input.").arg(*before);
        }
    }

    const SubmitDraft &m_draft;
    const SpecNode m_fields;
    QStringList m_data;
    SubmitPreview m_preview;
};

} // namespace

SubmitPreview previewOf(const SubmitDraft &draft)
{
    return Gathering(draft).gather();
}

SubmitReader::SubmitReader(QObject *parent) : QObject(parent)
{
    m_pool.setMaxThreadCount(1); // one disk, and what was asked first is answered first
}

SubmitReader::~SubmitReader()
{
    m_pool.waitForDone();
}

/// `job` runs in the pool; what it returns runs here.
void SubmitReader::run(std::function<std::function<void()>()> job)
{
    ++m_running;
    emit busyChanged();
    m_pool.start([this, job = std::move(job)] {
        auto done = job();
        QMetaObject::invokeMethod(this, [this, done = std::move(done)] {
            --m_running;
            done();
            emit busyChanged();
        }, Qt::QueuedConnection);
    });
}

void SubmitReader::look(const QStringList &paths)
{
    run([this, paths]() -> std::function<void()> {
        const QList<DroppedFile> files = lookAtFiles(paths);
        return [this, files] { emit looked(files); };
    });
}

void SubmitReader::read(const SubmitDraft &draft)
{
    m_next = draft;
    if (!m_reading)
        readNext();
}

void SubmitReader::readNext()
{
    m_reading = true;
    run([this, draft = *std::exchange(m_next, {})]() -> std::function<void()> {
        const SubmitPreview preview = previewOf(draft);
        return [this, preview] {
            m_reading = false;
            if (m_next)
                readNext();
            else
                emit ready(preview);
        };
    });
}

} // namespace Drover
