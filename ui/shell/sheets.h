#pragma once

#include <QtCore/QPointer>
#include <QtWidgets/QWidget>

namespace Drover {

class Look;

/// The card around what a sheet shows.
class Sheet : public QWidget
{
    Q_OBJECT

public:
    Sheet(Look &look, QWidget *content, int width, QWidget *parent);

    QWidget *content() const { return m_content; }
    void place();

signals:
    void leaving(); ///< Esc, or its closing button

protected:
    bool focusNextPrevChild(bool next) override;
    void keyPressEvent(QKeyEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;

private:
    Look &m_look;
    QWidget *m_content;
    int m_width;
};

/// Sheets over a window: a scrim that takes every click, and on it one card over another. Nothing
/// waits: a sheet is shown, and says what it has to say by its signals. The keyboard stays within the
/// topmost one, and goes back to where it was when the last is closed.
class Sheets : public QWidget
{
    Q_OBJECT

public:
    /// Covers `window`, a child of which it is.
    Sheets(Look &look, QWidget *window);

    /// Owns `content` until it is closed.
    void open(QWidget *content, int width);
    void close(QWidget *content);
    bool isOpen() const { return !m_sheets.isEmpty(); }
    QWidget *top() const { return m_sheets.isEmpty() ? nullptr : m_sheets.last()->content(); }

signals:
    void changed();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;

private:
    Look &m_look;
    QList<Sheet *> m_sheets;
    QPointer<QWidget> m_focusBefore;
};

/// The first widget under `within` that the keyboard can go to; null where there is none.
QWidget *firstFocusable(QWidget *within);

} // namespace Drover
