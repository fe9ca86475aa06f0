#pragma once

#include "ui/log/logpane.h"
#include "ui/shell/view.h"
#include "ui/shell/viewkind.h"

QT_FORWARD_DECLARE_CLASS(QSplitter)

namespace Drover {

class ActionRegistry;

/// The log of a task as a view: in the dock it follows what the person has in hand, in a tab it shows
/// what its link says, with a second attempt beside it when one compares. GUI thread.
class LogTab : public View
{
    Q_OBJECT

public:
    /// A null link: the dock.
    LogTab(Shell &shell, const ObjectLink &object);
    ~LogTab() override;

    QString title() const override;
    QString iconName() const override;
    ObjectLink object() const override;
    ViewStatus status() const override;
    QStringList actionIds() const override;
    QString whyNot(const QString &actionId) const override;
    void run(const QString &actionId) override;
    bool goBack() override;
    void goTo(const ObjectLink &object) override;
    QJsonObject saved() const override;
    void restore(const QJsonObject &saved) override;

private:
    LogPane *pane() const { return m_panes.value(m_hand); }
    LogPane *addPane();
    void follow(const ObjectLink &object);
    void refreshTask();
    void compare();
    void askFilter(const QString &title, bool keeps);
    void askPlace();
    void askPath();
    void popupMore(const QPoint &global);
    void linkToHere();

    bool m_isDock;
    ObjectLink m_object;
    QString m_name;
    QList<Attempt> m_attempts;
    QSplitter *m_splitter;
    QList<LogPane *> m_panes;
    qsizetype m_hand = 0; // the pane in hand
};

/// The view for the list in ui/views.cpp.
ViewKind logView();

} // namespace Drover
