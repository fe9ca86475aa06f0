#pragma once

#include "ui/shell/viewkind.h"

#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QWidget>

QT_FORWARD_DECLARE_CLASS(QScrollArea)
QT_FORWARD_DECLARE_CLASS(QVBoxLayout)

namespace Drover {

class Look;
struct SavedView;

/// One row of the rail: icon, words, a number at the right. Collapsed it is the icon alone, with the
/// words as its tooltip.
class RailItem : public QAbstractButton
{
    Q_OBJECT

public:
    RailItem(const Look &look, const QString &text, const QString &icon, QWidget *parent = nullptr);

    void setBadge(const Badge &badge);
    const Badge &badge() const { return m_badge; }
    void setCollapsed(bool collapsed);
    /// Shortcut for the tooltip.
    void setKeys(const QString &keys);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {16, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void describe();

    const Look &m_look;
    QString m_icon;
    QString m_keys;
    Badge m_badge;
    bool m_collapsed = false;
};

/// The navigation at the left: views in their order, saved views that are dragged into theirs, the foot.
/// It knows nothing of servers: what is pressed is said, what is current is set. GUI thread.
class Rail : public QWidget
{
    Q_OBJECT

public:
    explicit Rail(const Look &look, QWidget *parent = nullptr);

    /// Takes those with Place::Rail and Place::RailFoot.
    void setKinds(const QList<ViewKind> &kinds);
    void setCurrent(const QString &viewId, const QString &savedView = {});
    void setBadge(const QString &viewId, const Badge &badge);
    void setSavedViews(const QList<SavedView> &views);
    void setSavedCount(const QString &name, const QString &count);
    void setCollapsed(bool collapsed);
    bool isCollapsed() const { return m_collapsed; }
    void setKeys(const QString &viewId, const QString &keys);
    /// In the order shown, foot last.
    QStringList shownIds() const { return m_order; }

signals:
    void chosen(const QString &viewId);
    void savedChosen(const QString &name);
    void savedMenu(const QString &name, QPoint where);
    void savedMoved(const QString &name, int to);
    void saveAsked();
    void collapseAsked(bool collapsed);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    RailItem *addItem(QVBoxLayout *layout, const ViewKind &kind);
    void applyLook();
    bool dragSaved(RailItem *item, QEvent *event);
    void showDropLine();

    const Look &m_look;
    QVBoxLayout *m_views;
    QVBoxLayout *m_savedViews;
    QVBoxLayout *m_foot;
    QWidget *m_dropLine; // where a dragged saved view would go
    QWidget *m_caption;
    QAbstractButton *m_fold;
    QHash<QString, RailItem *> m_items;
    QList<RailItem *> m_saved;
    QStringList m_order;
    bool m_collapsed = false;
    QPoint m_pressedAt;
    int m_dropAt = -1; // its place among the saved views; -1: none is dragged
};

} // namespace Drover
