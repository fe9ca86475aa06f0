#include "app/work/workreader.h"

#include "app/work/afternames.h"
#include "app/work/expansion.h"
#include "app/work/placeholders.h"
#include "app/work/shellwords.h"
#include "app/work/specreader.h"
#include "app/work/spectext.h"
#include "app/work/worktext.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

// A task that says `shell` does not want the `command` of its template, nor the other way.
SpecNode mergedTask(SpecNode under, const SpecNode &over)
{
    if (over.find(u"shell") && !over.find(u"command"))
        under.taken(u"command");
    if (over.find(u"command") && !over.find(u"shell"))
        under.taken(u"shell");
    return merged(std::move(under), over);
}

// Maps whose keys are anybody's: a column for each, `labels.student`.
const QStringList openColumns{u"environment."_s, u"labels."_s, u"needs.labels."_s,
                              u"needs.withoutLabels."_s};

// A key of such a map may have dots of its own.
void setColumn(SpecNode &task, const QString &column, SpecNode value)
{
    for (const QString &prefix : openColumns) {
        if (!column.startsWith(prefix))
            continue;
        SpecNode map = SpecNode::ofMap(value.line);
        map.set(column.sliced(prefix.size()), std::move(value));
        SpecNode whole = SpecNode::ofMap();
        whole.setPath(prefix.chopped(1), std::move(map));
        const int line = task.line;
        task = merged(std::move(task), whole);
        task.line = line;
        return;
    }
    task.setPath(column, std::move(value));
}

// The file is named as the person named it; where it lies, relative to the spec that names it.
QString besideOf(const QString &file, const QString &path)
{
    return QFileInfo(path).isAbsolute() ? path
                                        : QDir::cleanPath(QFileInfo(file).path() + u'/' + path);
}

} // namespace

std::optional<SpecFormat> specFormatOf(const QString &file)
{
    static const QMap<QString, SpecFormat> formats{
        {u"yaml"_s, SpecFormat::Yaml}, {u"yml"_s, SpecFormat::Yaml},  {u"json"_s, SpecFormat::Json},
        {u"csv"_s, SpecFormat::Table}, {u"tsv"_s, SpecFormat::Table}, {u"tab"_s, SpecFormat::Table},
        {u"txt"_s, SpecFormat::Lines}, {u"sh"_s, SpecFormat::Lines}};
    const auto found = formats.constFind(QFileInfo(file).suffix().toLower());
    return found == formats.cend() ? std::nullopt : std::optional(*found);
}

WorkReader::WorkReader(SpecNode over, ReadFile readFile)
    : m_over(std::move(over))
    , m_readFile(std::move(readFile))
{
    if (!m_readFile)
        m_readFile = readSpecFile;
}

void WorkReader::addSpec(const QString &file, const QByteArray &bytes, SpecFormat format)
{
    if (format == SpecFormat::Lines)
        return addLines(file, bytes);
    if (format == SpecFormat::Table) {
        const Result<Table> table = readTable(file, bytes);
        if (table)
            addTable(file, *table);
        else
            take(table.error());
        return;
    }
    const Result<SpecNode> document
        = format == SpecFormat::Yaml ? yamlNode(file, bytes) : jsonNode(file, bytes);
    if (document)
        addDocument(file, *document);
    else
        take(document.error());
}

void WorkReader::addDocument(const QString &file, SpecNode document)
{
    m_defaults = SpecNode::ofMap();
    m_templates = SpecNode::ofMap();
    SpecNode tasks;
    if (document.kind == SpecNode::Kind::List) {
        tasks = std::move(document);
    } else if (document.kind == SpecNode::Kind::Map && !document.find(u"tasks")
               && (document.find(u"command") || document.find(u"shell"))) {
        tasks.items = {document};
    } else {
        takeText(file, document, u"project"_s, m_work.project);
        takeText(file, document, u"batch"_s, m_work.batch);
        m_defaults = document.taken(u"defaults");
        m_templates = document.taken(u"templates");
        tasks = document.taken(u"tasks");
        static const QStringList known{u"project"_s, u"batch"_s, u"defaults"_s, u"templates"_s,
                                       u"tasks"_s};
        for (const SpecEntry &entry : std::as_const(document.entries))
            m_problems.add({file, entry.line, entry.key.left(80),
                            WorkText::tr("there is no such field"), remedyFor(entry.key, known)});
    }
    if (tasks.items.isEmpty())
        m_problems.add(
            {file, tasks.line, u"tasks"_s, WorkText::tr("there are no tasks"),
             WorkText::tr("write a list of tasks under tasks:; drover help spec shows one")});
    for (const SpecNode &entry : std::as_const(tasks.items))
        addEntry(file, entry);
}

void WorkReader::takeText(const QString &file, SpecNode &document, const QString &key,
                          QString &into)
{
    const SpecNode node = document.taken(key);
    if (node.isNothing())
        return;
    if (node.kind != SpecNode::Kind::Text)
        return m_problems.add({file, node.line, key, WorkText::tr("one text is expected"), {}});
    if (!into.isEmpty() && into != node.text)
        m_problems.add({file, node.line, key,
                        WorkText::tr("another file says %1").arg(into.left(80)),
                        WorkText::tr("submit them one by one, or say --%1").arg(key)});
    into = node.text;
}

void WorkReader::addTable(const QString &file, const Table &table)
{
    if (!knowsColumns(file, table.header))
        return;
    QMap<QString, bool> isList;
    for (const SpecField &field : specFields())
        isList.insert(field.path, field.isList && field.path != "command"_L1);
    m_defaults = SpecNode::ofMap();
    m_templates = SpecNode::ofMap();
    for (const TableRow &row : table.rows) {
        SpecNode task = SpecNode::ofMap(row.line);
        for (qsizetype i = 0; i < row.cells.size(); ++i) {
            const QString &cell = row.cells.at(i);
            if (cell.isEmpty())
                continue;
            SpecNode value = SpecNode::ofText(cell, row.line);
            if (isList.value(table.header.at(i))) {
                const Result<ShellWords> words = shellWords(cell);
                if (!words)
                    m_problems.add({file, row.line, table.header.at(i), words.error().message, {}});
                else
                    value = SpecNode::ofList(words->words, row.line);
            }
            setColumn(task, table.header.at(i), std::move(value));
        }
        addEntry(file, task);
    }
}

bool WorkReader::knowsColumns(const QString &file, const QStringList &header)
{
    QStringList known;
    for (const SpecField &field : specFields())
        known.append(field.path);
    bool good = true;
    for (const QString &column : header) {
        const auto begins = [&](const QString &prefix) {
            return column.startsWith(prefix) && column.size() > prefix.size();
        };
        if (known.contains(column) || std::any_of(openColumns.cbegin(), openColumns.cend(), begins))
            continue;
        good = false;
        m_problems.add(
            {file, 1, column.left(80), WorkText::tr("is no field of a task"),
             remedyFor(column, known)
                 + WorkText::tr(
                     "; for a table of your own columns use --from FILE -- CMD {column}")});
    }
    return good;
}

void WorkReader::addEntry(const QString &file, const SpecNode &entry)
{
    if (entry.kind != SpecNode::Kind::Map) {
        return m_problems.add({file,
                               entry.line,
                               {},
                               WorkText::tr("a task is a set of fields"),
                               WorkText::tr("write `- command: …`, with one field a line")});
    }
    if (auto task = withTemplate(file, entry))
        addExpanded(file, std::move(*task));
}

std::optional<SpecNode> WorkReader::withTemplate(const QString &file, SpecNode entry)
{
    const int line = entry.line;
    const SpecNode name = entry.taken(u"template");
    SpecNode under = m_defaults;
    if (!name.isNothing()) {
        const SpecNode *found = m_templates.find(name.text);
        if (!found || found->kind != SpecNode::Kind::Map) {
            m_problems.add({file, name.line, u"template"_s,
                            WorkText::tr("there is no template %1").arg(name.text.left(80)),
                            m_templates.keys().isEmpty()
                                ? WorkText::tr("write it under templates:")
                                : remedyFor(name.text, m_templates.keys())});
            return std::nullopt;
        }
        under = under.isNothing() ? *found : mergedTask(under, *found);
    }
    if (!under.isNothing() && under.kind != SpecNode::Kind::Map) {
        m_problems.add(
            {file, under.line, u"defaults"_s, WorkText::tr("named fields are expected"), {}});
        return std::nullopt;
    }
    SpecNode task = under.isNothing() ? entry : mergedTask(under, entry);
    task.line = line;
    return task;
}

void WorkReader::addExpanded(const QString &file, SpecNode task)
{
    const SpecNode each = task.taken(u"each");
    const SpecNode from = task.taken(u"from");
    const int line = task.line;
    task = mergedTask(std::move(task), m_over);
    task.line = line;
    if (each.isNothing() && from.isNothing())
        return add(file, task, line);
    if (!each.isNothing() && !from.isNothing())
        return m_problems.add({file, from.line, u"from"_s, WorkText::tr("stands beside each"),
                               WorkText::tr("give one of the two")});
    if (!from.isNothing()) {
        const QString path = besideOf(file, from.text);
        const Result<QByteArray> bytes = m_readFile(path);
        if (!bytes)
            return m_problems.add({file, from.line, u"from"_s, bytes.error().message, {}});
        const Result<Table> table = readTable(path, *bytes);
        if (!table)
            return void(take(table.error()));
        return addFilled(file, task, rowsOf(*table));
    }
    const Result<QList<PlaceholderValues>> rows = rowsOf(each, mostTasks - m_work.tasks.size());
    if (!rows)
        return m_problems.add({file, each.line, u"each"_s, rows.error().message, {}});
    addFilled(file, task, *rows);
}

void WorkReader::addTask()
{
    add({}, m_over, 0);
}

void WorkReader::addForEach(const QStringList &words)
{
    QList<PlaceholderValues> rows;
    for (const QString &word : words)
        rows.append(placeholdersOf(word, rows.size() + 1));
    PlaceholderUse use;
    SpecNode task = m_over;
    if (!rows.isEmpty())
        filledIn(task, rows.first(), use);
    // A name of our own making does not make one task unlike the next.
    if (use.used > 0 && !task.find(u"name"))
        task.set(u"name"_s, SpecNode::ofText(u"{name}"_s));
    addFilled({}, task, rows);
}

void WorkReader::addForRows(const QString &file, const QByteArray &bytes)
{
    const Result<Table> table = readTable(file, bytes);
    if (!table)
        return void(take(table.error()));
    QList<int> lines;
    for (const TableRow &row : table->rows)
        lines.append(row.line);
    if (lines.isEmpty())
        m_problems.add({file, 1, {}, WorkText::tr("has no rows below its header"), {}});
    addFilled(file, m_over, rowsOf(*table), lines);
}

void WorkReader::addLines(const QString &file, const QByteArray &bytes)
{
    const Result<QString> text = textOf(file, bytes);
    if (!text)
        return void(take(text.error()));
    int number = 0;
    for (const QStringView raw : QStringView(*text).split(u'\n')) {
        ++number;
        const QString line = raw.trimmed().toString();
        if (line.isEmpty() || line.startsWith(u'#'))
            continue;
        const Result<ShellWords> words = shellWords(line);
        if (!words) {
            m_problems.add({file, number, {}, words.error().message, {}});
            continue;
        }
        SpecNode task = SpecNode::ofMap(number);
        if (needsShell(*words))
            task.set(u"shell"_s, SpecNode::ofText(line, number));
        else
            task.set(u"command"_s, SpecNode::ofList(words->words, number));
        add(file, mergedTask(task, m_over), number);
    }
}

void WorkReader::addFilled(const QString &file, const SpecNode &task,
                           const QList<PlaceholderValues> &rows, const QList<int> &lines)
{
    for (qsizetype i = 0; i < rows.size() && !m_full; ++i) {
        const int line = lines.value(i, task.line);
        PlaceholderUse use;
        const SpecNode filled = filledIn(task, rows.at(i), use);
        if (i > 0 || (use.unknown.isEmpty() && use.used > 0)) {
            add(file, filled, line);
            continue;
        }
        // The first row speaks for all of them.
        QStringList known;
        for (auto it = rows.at(i).keyBegin(); it != rows.at(i).keyEnd(); ++it)
            known.append(u'{' + *it + u'}');
        for (const QString &word : std::as_const(use.unknown)) {
            m_problems.add({file, line, u"{%1}"_s.arg(word),
                            WorkText::tr("stands for nothing here"),
                            remedyFor(u'{' + word + u'}', known)
                                + WorkText::tr("; {{%1}} for the braces themselves").arg(word)});
        }
        if (use.used == 0)
            m_problems.add(
                {file,
                 line,
                 {},
                 WorkText::tr("all these tasks would be the same"),
                 WorkText::tr("put one of %1 where it belongs").arg(known.join(u", "_s))});
        return;
    }
}

void WorkReader::add(const QString &file, const SpecNode &task, int line)
{
    if (m_full)
        return;
    if (m_work.tasks.size() >= mostTasks) {
        m_full = true;
        return m_problems.add({file,
                               line,
                               {},
                               WorkText::tr("more than %1 tasks").arg(mostTasks),
                               WorkText::tr("submit the rest to the same batch")});
    }
    SpecNode placed = task;
    placed.line = line;
    m_work.tasks.append(readTask(placed, file, m_problems));
    m_work.origins.append({line > 0 ? file : QString(), line});
}

bool WorkReader::take(const Error &error)
{
    if (error.problems.isEmpty())
        m_problems.add({.reason = error.message});
    m_problems.add(error.problems);
    return false;
}

Result<WorkList> WorkReader::finish()
{
    if (m_problems.isEmpty() && m_work.tasks.isEmpty())
        m_problems.add({.reason = WorkText::tr("there is nothing to submit"),
                        .remedy = WorkText::tr("drover help submit shows how")});
    // Names are settled only among tasks that could all be read: the rest would be echoes.
    if (m_problems.isEmpty())
        settleAfter(m_work, m_problems);
    if (!m_problems.isEmpty())
        return m_problems.error();
    return m_work;
}

} // namespace Drover
