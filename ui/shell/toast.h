#pragma once

#include <QtCore/QElapsedTimer>
#include <QtCore/QTimer>
#include <QtWidgets/QWidget>

#include <functional>

QT_FORWARD_DECLARE_CLASS(QPushButton)

namespace Drover {

class Look;

/// What floats above the lower edge for a moment: a word, an undo bar with its countdown, an error that
/// stays. One at a time.
struct ToastNews
{
    QString icon;
    bool error = false;
    QString text;
    std::chrono::milliseconds life {4000}; ///< 0: until it is closed
    QString action; ///< "Undo"; empty: none
    QString keys; ///< beside it
    std::function<void()> run;
    bool countdown = false;
};

class Toast : public QWidget
{
    Q_OBJECT

public:
    Toast(const Look &look, QWidget *over);

    void show(const ToastNews &news);
    /// Does what its button does; false where it has none.
    bool act();
    bool hasAction() const { return isVisible() && m_news.run; }
    QString text() const { return isVisible() ? m_news.text : QString(); }
    void dismiss();

signals:
    void gone();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void enterEvent(QEnterEvent *event) override;
    void leaveEvent(QEvent *event) override;

private:
    void place();
    void tick();
    std::chrono::milliseconds left() const;

    const Look &m_look;
    ToastNews m_news;
    QPushButton *m_action;
    QWidget *m_close;
    QTimer m_ticks;
    QElapsedTimer m_since;
    std::chrono::milliseconds m_spent {0}; // before the pointer came to rest on it
};

} // namespace Drover
