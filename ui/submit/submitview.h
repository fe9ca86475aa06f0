#pragma once

#include "ui/shell/view.h"
#include "ui/shell/viewkind.h"
#include "ui/submit/submitdraft.h"
#include "ui/submit/submitpreview.h"

#include <QtCore/QTimer>

QT_FORWARD_DECLARE_CLASS(QComboBox)
QT_FORWARD_DECLARE_CLASS(QLineEdit)
QT_FORWARD_DECLARE_CLASS(QPlainTextEdit)
QT_FORWARD_DECLARE_CLASS(QPushButton)
QT_FORWARD_DECLARE_CLASS(QStackedWidget)
QT_FORWARD_DECLARE_CLASS(QTabBar)
QT_FORWARD_DECLARE_CLASS(QVBoxLayout)

namespace Drover {

class Chip;
class FilesCard;
class FlowLine;
class SheetContent;
class SubmitModel;
class SubmitReader;
class SubmitRun;
class TableView;
struct Submitted;

/// The sheet that hands in work: say what to run as a form, command lines or a spec, drop files, see every
/// task as it would be queued, then queue all of it or none. What is typed stays while the daemon is away,
/// and while it says what is wrong.
///
/// Opened by the link `submit`; its query may have `files` (paths, one a line), `text` (command lines),
/// `batch`, `machine` (pins to it) and `spec` (YAML).
class SubmitView : public View
{
    Q_OBJECT

public:
    SubmitView(Shell &shell, const ObjectLink &object);

    QString title() const override;
    QString iconName() const override;

private:
    void addWays(QVBoxLayout &body);
    void addFields(QVBoxLayout &body);
    void addPreview(QVBoxLayout &body);
    void addFooter();
    QLineEdit *addField(QLayout &into, const QString &path, const QString &label, const QString &placeholder, int width);
    void addOtherField();
    void take(const ObjectLink &object);

    SubmitDraft draft() const;
    void readSoon();
    void read();
    void onPreview(const SubmitPreview &preview);
    void follow(); ///< chips, outlook and buttons say what is so
    QString outlook() const;
    QString projectOf() const;
    void leaveOutSelected();
    void runSelectedAgain();
    void submit(bool dryRun);
    void onSubmitted(const Submitted &submitted);
    void onFailed(const Error &error);
    void leave();

    SheetContent *m_sheet;
    QTabBar *m_ways;
    QStackedWidget *m_pages;
    QLineEdit *m_command;
    QPlainTextEdit *m_lines;
    QPlainTextEdit *m_spec;
    FilesCard *m_card;
    QComboBox *m_batch;
    QVBoxLayout *m_others; // fields that are not in the line
    QHash<QString, QLineEdit *> m_fields; // by path
    Chip *m_ready;
    Chip *m_repeats;
    Chip *m_errors;
    FlowLine *m_chips;
    TableView *m_table;
    SubmitModel *m_model;
    QPushButton *m_leaveOut;
    QPushButton *m_runAgain;
    QPushButton *m_dryRun;
    QPushButton *m_go;
    SubmitReader *m_reader;
    SubmitRun *m_run;
    QTimer m_soon;
    QList<DroppedFile> m_files;
    QString m_said; // progress, or what the daemon said; empty: the outlook
};

ViewKind submitKind();

} // namespace Drover
