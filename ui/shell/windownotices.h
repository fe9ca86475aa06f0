#pragma once

#include "ui/widgets/notices.h"

#include <QtCore/QDateTime>
#include <QtCore/QPointer>

QT_FORWARD_DECLARE_CLASS(QWidget)

namespace Drover {

class Look;
class Sheets;
class Toast;

/// One thing that was told, for the list under the bell.
struct Told
{
    QDateTime at;
    QString text;
    bool error = false;
};

/// Notices in a window: toasts and the undo bar over the view, questions as sheets. `undo` carries out
/// `operation.undo`. GUI thread.
class WindowNotices : public QObject, public Notices
{
    Q_OBJECT

public:
    WindowNotices(Look &look, Sheets &sheets, QWidget *over, QObject *parent = nullptr);

    /// What says at a question which server it is about.
    void setServerLabel(std::function<QWidget *()> label) { m_label = std::move(label); }
    void setUndo(std::function<void(OperationId)> undo) { m_undo = std::move(undo); }

    void tell(const QString &text) override;
    void tellUndoable(const QString &text, OperationId operation) override;
    void tellError(const QString &whatFailed, const Error &error) override;
    void tellFailures(const QString &title, const QList<std::pair<QString, QString>> &failures,
                      std::function<void()> again) override;
    void ask(const Question &question, QObject *context, std::function<void()> confirmed) override;
    void askText(const QString &title, const QString &label, const QString &initial,
                 std::function<QString(const QString &)> problem, QObject *context,
                 std::function<void(const QString &)> entered) override;

    /// Into the bell, unread, and no more.
    void note(const QString &text);

    /// Ctrl+Z: false where nothing can be undone.
    bool undoLast();
    bool hasUndo() const;
    const QList<Told> &told() const { return m_told; }
    int unread() const { return m_unread; }
    void readAll();

signals:
    void unreadChanged(int unread);

private:
    enum class Read { Yes, No };
    void remember(const QString &text, bool error, Read read);

    Look &m_look;
    Sheets &m_sheets;
    Toast *m_toast;
    std::function<void(OperationId)> m_undo;
    std::function<QWidget *()> m_label;
    QList<Told> m_told;
    int m_unread = 0;
};

} // namespace Drover
