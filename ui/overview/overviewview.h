#pragma once

#include "backend/protocol/seriesrequests.h"
#include "ui/overview/attentionmodel.h"
#include "ui/shell/view.h"
#include "ui/shell/viewkind.h"

#include <QtCore/QTimer>

QT_FORWARD_DECLARE_CLASS(QLabel)
QT_FORWARD_DECLARE_CLASS(QTabBar)

namespace Drover {

class CurveChart;
class TableView;
class Tile;

/// How it all stands, at one look: figures that are links, the queue over time, and what needs a
/// person. GUI thread.
class OverviewView : public View
{
    Q_OBJECT

public:
    explicit OverviewView(Shell &shell);

    QString title() const override { return tr("Overview"); }
    QString iconName() const override { return QStringLiteral("nav-overview"); }
    ViewStatus status() const override;
    void activated() override;
    QJsonObject saved() const override;
    void restore(const QJsonObject &saved) override;

private:
    void makeTiles();
    QWidget *makeCharts();
    QWidget *makeAttention();
    void refresh();
    void updateTiles();
    void updateAttention();
    void askCounts();
    void askFailures();
    void showCounts(const CountSeries &counts);
    void open(const AttentionItem &item);
    std::chrono::seconds length() const;

    Tile *m_running;
    Tile *m_waiting;
    Tile *m_failed;
    Tile *m_machines;
    Tile *m_slots;
    Tile *m_batches;
    QTabBar *m_lengths;
    CurveChart *m_depth;
    CurveChart *m_throughput;
    CurveChart *m_failures;
    AttentionModel m_model;
    TableView *m_attention;
    QLabel *m_caption;
    QTimer m_seconds {this};
    qint64 m_failedToday = -1; ///< -1: not known yet
    int m_beats = 0;
};

ViewKind overviewKind();

} // namespace Drover
