#pragma once

#include "ui/batches/batchpage.h"
#include "ui/shell/shell.h"

QT_FORWARD_DECLARE_CLASS(QLabel)
QT_FORWARD_DECLARE_CLASS(QPlainTextEdit)
QT_FORWARD_DECLARE_CLASS(QPushButton)

namespace Drover {

class KeyValueGrid;

/// Words for people about a batch, and what is set for it. What is being typed is never taken away by
/// a change from elsewhere.
class NotesPage : public BatchPage
{
    Q_OBJECT

public:
    explicit NotesPage(Shell &shell);

    QString id() const override { return QStringLiteral("notes"); }
    void show(const Batch &batch, const QString &step) override;

private:
    void save();
    void update();

    Desk &m_desk;
    Batch m_batch;
    QPlainTextEdit *m_text;
    QPushButton *m_save;
    QLabel *m_hint;
    KeyValueGrid *m_facts;
};

} // namespace Drover
