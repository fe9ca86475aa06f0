#pragma once

#include "ui/shell/view.h"

QT_FORWARD_DECLARE_CLASS(QLabel)
QT_FORWARD_DECLARE_CLASS(QToolButton)

namespace Drover {

class Look;

/// What the lower edge says of a server.
struct StatusNews
{
    QString user;
    QString level;
    qint64 revision = -1; ///< -1: none is known
    double updates = 0; ///< a second
    std::optional<std::chrono::milliseconds> skew; ///< the daemon's clock against ours

    friend bool operator==(const StatusNews &, const StatusNews &) = default;
};

/// The line at the lower edge of the window: what is shown and selected, how much moves, the switch
/// between UTC and local time, who one is. Numbers keep their width.
class StatusLine : public QWidget
{
    Q_OBJECT

public:
    explicit StatusLine(Look &look, QWidget *parent = nullptr);

    void setView(const ViewStatus &status);
    void setNews(const StatusNews &news);
    /// What the pointer is on, in place of the view's words; empty: those again.
    void setHint(const QString &hint);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QLabel *addLabel(const QString &name);
    void applyLook();
    void showUtc();

    Look &m_look;
    QLabel *m_shown;
    QLabel *m_selected;
    QLabel *m_hint;
    QLabel *m_updates;
    QLabel *m_revision;
    QLabel *m_skew;
    QToolButton *m_utc;
    QLabel *m_user;
};

} // namespace Drover
