#pragma once

#include "app/work/problems.h"
#include "app/work/specnode.h"
#include "app/work/table.h"
#include "backend/protocol/task.h"

#include <functional>

namespace Drover {

/// Where a task was written.
struct WorkOrigin
{
    QString file; ///< empty: on the command line
    int line = 0;
};

/// What a submission says, read and checked.
struct WorkList
{
    QString project; ///< empty: not said
    QString batch; ///< empty: not said
    QList<TaskSpec> tasks;
    QList<WorkOrigin> origins; ///< of each task, in their order
};

enum class SpecFormat { Yaml, Json, Table, Lines };

/// By the file's suffix: .yaml .yml .json .csv .tsv .tab .txt .sh; nothing for any other.
std::optional<SpecFormat> specFormatOf(const QString &file);

constexpr qint64 mostTasks = 1'000'000; ///< of one submission

/// Gathers the tasks of one submission from wherever they are written, and everything that is
/// wrong with them: `finish` gives all of the tasks or all of the problems, never some of both.
/// Values in, values out; files are read by whoever calls, but those a spec names with `from`.
class WorkReader
{
public:
    using ReadFile = std::function<Result<QByteArray>(const QString &path)>;

    /// `over` has fields that count more than what any file says: the options of a command line.
    explicit WorkReader(SpecNode over, ReadFile readFile = {});

    /// A spec file with many tasks; `drover help spec` has its form.
    void addSpec(const QString &file, const QByteArray &bytes, SpecFormat format);
    /// The one task that `over` is.
    void addTask();
    /// One task for each word, with placeholders in `over`.
    void addForEach(const QStringList &words);
    /// One task for each row of a table, its columns as placeholders in `over`.
    void addForRows(const QString &file, const QByteArray &bytes);
    /// One command a line; a line that uses a shell's syntax runs in one. Empty lines and those
    /// that begin with # are passed over.
    void addLines(const QString &file, const QByteArray &bytes);

    Result<WorkList> finish();

private:
    void addDocument(const QString &file, SpecNode document);
    void takeText(const QString &file, SpecNode &document, const QString &key, QString &into);
    void addTable(const QString &file, const Table &table);
    bool knowsColumns(const QString &file, const QStringList &header);
    void addEntry(const QString &file, const SpecNode &entry);
    std::optional<SpecNode> withTemplate(const QString &file, SpecNode entry);
    void addExpanded(const QString &file, SpecNode task);
    void addFilled(const QString &file, const SpecNode &task,
                   const QList<QMap<QString, QString>> &rows, const QList<int> &lines = {});
    void add(const QString &file, const SpecNode &task, int line);
    bool take(const Error &error);

    SpecNode m_over;
    ReadFile m_readFile;
    SpecNode m_defaults;
    SpecNode m_templates;
    WorkList m_work;
    Problems m_problems;
    bool m_full = false;
};

} // namespace Drover
