#pragma once

#include "backend/base/instant.h"
#include "ui/widgets/theme.h"

#include <QtWidgets/QWidget>

#include <functional>
#include <optional>

namespace Drover {

class Look;

/// One line of a chart.
struct Curve
{
    QString name; ///< written at its end when there are several
    QList<std::pair<Instant, double>> points; ///< oldest first; NaN: a gap
    std::optional<Tint> tint; ///< of a state; else the colour of its place
};

/// Figures over time, drawn by ourselves: no frame, few dotted lines, labels inside, gaps where data is
/// missing; look.md, Charts. At most 6 curves.
class CurveChart : public QWidget
{
    Q_OBJECT

public:
    explicit CurveChart(const Look &look, QWidget *parent = nullptr);

    void setTitle(const QString &title, const QString &aside = {});
    /// The time shown; the same for all curves.
    void setSpan(Instant from, Instant to);
    void setCurves(const QList<Curve> &curves);
    /// A dashed line with its label, in the colour of failed.
    void setLimit(std::optional<double> value, const QString &label);
    /// How figures are said; by itself, as a count.
    void setUnit(std::function<QString(double)> words);
    /// At least this high; a chart of nothing is not full of noise.
    void setLeastTop(double top) { m_leastTop = top; }
    void setUtc(bool utc);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;

private:
    double top() const;
    QRectF plot() const;
    QPointF at(Instant instant, double value, const QRectF &plot, double top) const;
    void paintGrid(QPainter &painter, const QRectF &plot, double top) const;
    void paintCurve(QPainter &painter, const Curve &curve, const QColor &color, const QRectF &plot, double top) const;
    void paintLimit(QPainter &painter, const QRectF &plot, double top) const;
    void describe();
    QString said(double value) const;

    const Look &m_look;
    QString m_title;
    QString m_aside;
    Instant m_from;
    Instant m_to;
    QList<Curve> m_curves;
    std::optional<double> m_limit;
    QString m_limitLabel;
    std::function<QString(double)> m_words;
    double m_leastTop = 1;
    bool m_utc = true;
};

} // namespace Drover
