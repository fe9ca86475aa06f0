#pragma once

#include "ui/submit/submitdraft.h"
#include "ui/submit/submitpreview.h"

#include <QtCore/QObject>
#include <QtCore/QThreadPool>

namespace Drover {

/// Reads a draft into tasks with everything that is wrong, line by line. Reads files that the draft
/// names, and changes none. Any thread.
SubmitPreview previewOf(const SubmitDraft &draft);

/// Looks at files and reads drafts in a thread of its own, the newest draft only: whoever types is never
/// kept waiting. Lives in the GUI thread.
class SubmitReader : public QObject
{
    Q_OBJECT

public:
    explicit SubmitReader(QObject *parent = nullptr);
    ~SubmitReader() override;

    void look(const QStringList &paths);
    void read(const SubmitDraft &draft);
    bool isBusy() const { return m_running > 0; }

signals:
    void looked(const QList<Drover::DroppedFile> &files);
    void ready(const Drover::SubmitPreview &preview);
    void busyChanged();

private:
    void run(std::function<std::function<void()>()> job);
    void readNext();

    QThreadPool m_pool;
    int m_running = 0;
    bool m_reading = false;
    std::optional<SubmitDraft> m_next;
};

} // namespace Drover
