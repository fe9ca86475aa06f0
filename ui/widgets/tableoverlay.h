#pragma once

#include <QtCore/QTimer>
#include <QtWidgets/QWidget>

#include <functional>

QT_FORWARD_DECLARE_CLASS(QLabel)
QT_FORWARD_DECLARE_CLASS(QPushButton)

namespace Drover {

class Look;

/// What lies over the frame of a table that has no rows to show: grey bars while it loads, or the
/// reason why there are none and what to do; look.md, Empty and Loading.
class TableOverlay : public QWidget
{
    Q_OBJECT

public:
    TableOverlay(const Look &look, QWidget *parent);

    /// Grey bars in these columns (left, width), and after 1 s "Cancel" when it can be.
    void showLoading(const QList<std::pair<int, int>> &columns, std::function<void()> cancel);
    /// One sentence, at most one action.
    void showReason(const QString &icon, const QString &sentence, const QString &action, std::function<void()> act);
    /// Why it failed: the sentence, "Retry", and the details on the clipboard.
    void showFailure(const QString &sentence, const QString &details, std::function<void()> retry);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void show(const QString &icon, const QString &sentence);
    void place();
    void setButton(QPushButton *button, const QString &text, std::function<void()> act);
    void applyLook();

    const Look &m_look;
    QLabel *m_sentence;
    QPushButton *m_first;
    QPushButton *m_second;
    std::function<void()> m_onFirst;
    std::function<void()> m_onSecond;
    QString m_icon;
    QList<std::pair<int, int>> m_columns; // loading
    bool m_loading = false;
    QTimer m_patience {this};
};

} // namespace Drover
