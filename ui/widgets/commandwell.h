#pragma once

#include <QtWidgets/QWidget>

QT_FORWARD_DECLARE_CLASS(QLabel)
QT_FORWARD_DECLARE_CLASS(QToolButton)

namespace Drover {

class Look;

/// A piece of text for machines (a command, an environment, JSON) in mono on a sunken ground, with a
/// caption and a button that copies all of it.
class CommandWell : public QWidget
{
    Q_OBJECT

public:
    CommandWell(const Look &look, const QString &caption, QWidget *parent = nullptr);

    /// An empty text hides it.
    void setText(const QString &text);
    QString text() const;

signals:
    void copyAsked(const QString &text);

private:
    void applyLook();

    const Look &m_look;
    QLabel *m_caption;
    QToolButton *m_copy;
    QLabel *m_text;
};

} // namespace Drover
