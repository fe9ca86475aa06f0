#pragma once

#include "ui/shell/banner.h"

#include <QtWidgets/QTabBar>

QT_FORWARD_DECLARE_CLASS(QStackedWidget)

namespace Drover {

class View;

/// The bar of the tabs. A tab that is drawn out of it, downwards, asks for a window of its own.
class TabStrip : public QTabBar
{
    Q_OBJECT

public:
    explicit TabStrip(QWidget *parent = nullptr);

signals:
    void drawnOut(int index, QPoint where);

protected:
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;

private:
    int m_pressed = -1;
};

/// Views in tabs, banners between. Owns the views. GUI thread.
class TabArea : public QWidget
{
    Q_OBJECT

public:
    explicit TabArea(const Look &look, QWidget *parent = nullptr);

    enum class Closable { Yes, No };
    void add(View *view, Closable closable);
    /// Gives it away, hidden and without a parent.
    void release(View *view);
    void setCurrent(View *view);
    View *current() const;
    QList<View *> views() const;
    bool isClosable(const View *view) const;
    BannerArea *banners() const { return m_banners; }
    TabStrip *strip() const { return m_strip; }

signals:
    void currentChanged(Drover::View *view); ///< null: none is left
    void closeAsked(Drover::View *view);
    void windowAsked(Drover::View *view, QPoint where);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    View *at(int index) const;
    int indexOf(const View *view) const;
    void onMenu(QPoint where);
    void applyLook();

    const Look &m_look;
    TabStrip *m_strip;
    BannerArea *m_banners;
    QStackedWidget *m_pages;
};

} // namespace Drover
