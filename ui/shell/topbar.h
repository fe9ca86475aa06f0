#pragma once

#include "ui/shell/freshness.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QTimer>
#include <QtWidgets/QToolButton>

QT_FORWARD_DECLARE_CLASS(QPushButton)

namespace Drover {

class Action;
class FilterLine;
class Look;

/// How a server is shown: its name, what kind it is ("production"), its colour.
struct ServerFace
{
    QString name;
    QString kind;
    QColor color;

    friend bool operator==(const ServerFace &, const ServerFace &) = default;
};

/// The square in a server's colour, its name and its kind: at the top, and in every sheet that changes
/// something.
void drawServerFace(QPainter &painter, const Look &look, const ServerFace &face, const QRect &rect, bool kind);

/// "to ■ Hexham production": at the right of a sheet's title.
class ServerLabel : public QWidget
{
    Q_OBJECT

public:
    ServerLabel(const Look &look, const QString &words, const ServerFace &face, QWidget *parent = nullptr);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    const Look &m_look;
    QString m_words;
    ServerFace m_face;
};

/// 3 px over the whole window in the colour of the server; 6 in high contrast, with the word.
class ServerStripe : public QWidget
{
    Q_OBJECT

public:
    explicit ServerStripe(const Look &look, QWidget *parent = nullptr);
    void setFace(const ServerFace &face);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void applyLook();

    const Look &m_look;
    ServerFace m_face;
};

class ServerButton : public QAbstractButton
{
    Q_OBJECT

public:
    explicit ServerButton(const Look &look, QWidget *parent = nullptr);
    void setFace(const ServerFace &face);
    void setKindShown(bool shown);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    const Look &m_look;
    ServerFace m_face;
    bool m_kindShown = true;
};

/// What runs long, in short: the first operation's words, a bar, per cent; how many more.
struct OperationsNews
{
    QString words; ///< empty: none runs
    int percent = -1; ///< -1: nobody knows
    int more = 0;

    friend bool operator==(const OperationsNews &, const OperationsNews &) = default;
};

class OperationsSummary : public QAbstractButton
{
    Q_OBJECT

public:
    explicit OperationsSummary(const Look &look, QWidget *parent = nullptr);
    void setNews(const OperationsNews &news);
    void setWordsShown(bool shown);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    const Look &m_look;
    OperationsNews m_news;
    bool m_wordsShown = true;
    QTimer m_turning; // the icon; stands still where motion is reduced
    QElapsedTimer m_since;
};

/// The red one: an octagon and words, outlined; filled while everything is held.
class HoldButton : public QAbstractButton
{
    Q_OBJECT

public:
    HoldButton(const Look &look, Action &action, QWidget *parent = nullptr);
    void setHeld(bool held);
    bool isHeld() const { return m_held; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void describe();

    const Look &m_look;
    Action &m_action;
    bool m_held = false;
};

/// A bell with a dot when something is unread.
class BellButton : public QToolButton
{
    Q_OBJECT

public:
    explicit BellButton(const Look &look, QWidget *parent = nullptr);
    void setUnread(int unread);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    const Look &m_look;
    int m_unread = 0;
};

/// The bar at the top of the window. Its parts are shown for one server at a time; the window sets them.
class TopBar : public QWidget
{
    Q_OBJECT

public:
    TopBar(Look &look, Action &hold, Action &submit, QWidget *parent = nullptr);

    /// What belongs to a server is hidden while there is none.
    void setServerShown(bool shown);

    ServerButton *server() const { return m_server; }
    FilterLine *filterLine() const { return m_filter; }
    OperationsSummary *operations() const { return m_operations; }
    FreshnessPill *freshness() const { return m_freshness; }
    HoldButton *hold() const { return m_hold; }
    BellButton *bell() const { return m_bell; }

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void applyLook();

    Look &m_look;
    ServerButton *m_server;
    FilterLine *m_filter;
    OperationsSummary *m_operations;
    FreshnessPill *m_freshness;
    HoldButton *m_hold;
    BellButton *m_bell;
    QPushButton *m_submit;
    QWidget *m_gap; // in the filter line's place
};

} // namespace Drover
