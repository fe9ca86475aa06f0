#pragma once

#include <QtWidgets/QWidget>

QT_FORWARD_DECLARE_CLASS(QLabel)
QT_FORWARD_DECLARE_CLASS(QPushButton)

namespace Drover {

class Look;

/// What the window shows while it knows no server: two ways on.
class FirstStart : public QWidget
{
    Q_OBJECT

public:
    explicit FirstStart(Look &look, QWidget *parent = nullptr);

    /// What goes on, in place of the sentence; empty: the sentence again.
    void setProgress(const QString &text);
    void setProblem(const QString &text);

signals:
    void addAsked();
    void localAsked();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void say(const QString &text, bool wrong);
    void applyLook();

    Look &m_look;
    QLabel *m_title;
    QLabel *m_words;
    QPushButton *m_add;
    QPushButton *m_local;
    bool m_wrong = false;
};

} // namespace Drover
