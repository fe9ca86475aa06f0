#include "ui/widgets/curvechart.h"

#include "ui/widgets/look.h"
#include "ui/widgets/words.h"

#include <QtGui/QHelpEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QToolTip>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr Qt::PenStyle solid = Qt::SolidLine;

// Second cues of the series; look.md.
QPen penOf(int place, const QColor &color, bool isState)
{
    QPen pen(color, 1.75, solid, Qt::RoundCap, Qt::RoundJoin);
    if (isState)
        return pen;
    if (place == 2)
        pen.setDashPattern({6 / 1.75, 3 / 1.75});
    else if (place == 3)
        pen.setDashPattern({2 / 1.75, 2 / 1.75});
    else if (place == 4)
        pen.setDashPattern({8 / 1.75, 3 / 1.75, 2 / 1.75, 3 / 1.75});
    else if (place == 5)
        pen.setWidthF(1);
    return pen;
}

// 1, 2 or 5 times a power of ten, not below: axes end on figures one can say.
double roundUp(double value)
{
    const double power = std::pow(10, std::floor(std::log10(value)));
    for (const double step : {1.0, 2.0, 2.5, 5.0, 10.0}) {
        if (value <= step * power * 1.0001)
            return step * power;
    }
    return 10 * power;
}

} // namespace

CurveChart::CurveChart(const Look &look, QWidget *parent) : QWidget(parent), m_look(look)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    setMouseTracking(true);
    connect(&look, &Look::changed, this, [this] { update(); });
}

void CurveChart::setTitle(const QString &title, const QString &aside)
{
    m_title = title;
    m_aside = aside;
    describe();
    update();
}

void CurveChart::setSpan(Instant from, Instant to)
{
    m_from = from;
    m_to = to;
    update();
}

void CurveChart::setCurves(const QList<Curve> &curves)
{
    m_curves = curves.first(std::min<qsizetype>(curves.size(), Theme::seriesCount));
    describe();
    update();
}

void CurveChart::setLimit(std::optional<double> value, const QString &label)
{
    m_limit = value;
    m_limitLabel = label;
    update();
}

void CurveChart::setUnit(std::function<QString(double)> words)
{
    m_words = std::move(words);
    update();
}

void CurveChart::setUtc(bool utc)
{
    m_utc = utc;
    update();
}

QSize CurveChart::sizeHint() const
{
    return {m_look.scaled(304), m_look.scaled(124)};
}

QSize CurveChart::minimumSizeHint() const
{
    return {m_look.scaled(120), m_look.scaled(90)};
}

QString CurveChart::said(double value) const
{
    return m_words ? m_words(value) : wordsOfCount(qint64(std::llround(value)));
}

void CurveChart::describe()
{
    QStringList words {m_title};
    for (const Curve &curve : std::as_const(m_curves)) {
        if (!curve.points.isEmpty() && !std::isnan(curve.points.last().second))
            words.append(u"%1 %2"_s.arg(curve.name, said(curve.points.last().second)).trimmed());
    }
    setAccessibleName(words.join(u", "));
}

double CurveChart::top() const
{
    double most = m_leastTop;
    for (const Curve &curve : m_curves) {
        for (const auto &[at, value] : curve.points) {
            if (!std::isnan(value))
                most = std::max(most, value);
        }
    }
    return m_limit ? std::max(*m_limit * 1.12, most * 1.02) : roundUp(most);
}

QRectF CurveChart::plot() const
{
    const int head = m_title.isEmpty() ? 0 : m_look.scaled(22);
    const int foot = m_look.scaled(18);
    return QRectF(rect()).adjusted(0, head, -4, -foot);
}

QPointF CurveChart::at(Instant instant, double value, const QRectF &plot, double top) const
{
    const double span = std::max(1.0, double((m_to - m_from).count()));
    return {plot.left() + plot.width() * double((instant - m_from).count()) / span,
            plot.bottom() - plot.height() * std::min(value / top, 1.0)};
}

void CurveChart::paintGrid(QPainter &painter, const QRectF &plot, double top) const
{
    painter.setFont(m_look.font(FontUse::Caption));
    const QColor line = m_look.color(Tint::Border);
    constexpr int lines = 2;
    for (int i = 0; i <= lines; ++i) {
        const qreal y = std::round(plot.bottom() - plot.height() * i / lines) + 0.5;
        painter.setPen(QPen(line, 1, i == 0 ? Qt::SolidLine : Qt::CustomDashLine));
        if (i > 0) {
            QPen dotted(line, 1);
            dotted.setDashPattern({2, 3});
            painter.setPen(dotted);
        }
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
        if (i > 0 && !m_limit) {
            painter.setPen(m_look.color(Tint::Text3));
            painter.drawText(QRectF(plot.left(), y + 1, plot.width(), m_look.scaled(16)), int(Qt::AlignLeft | Qt::AlignTop),
                             said(top * i / lines));
        }
    }
    if (!isSet(m_from))
        return;
    painter.setPen(m_look.color(Tint::Text3));
    const QRectF foot(plot.left(), plot.bottom() + 3, plot.width(), m_look.scaled(16));
    painter.drawText(foot, int(Qt::AlignLeft | Qt::AlignTop), wordsOfClock(m_from, m_utc));
    painter.drawText(foot, int(Qt::AlignRight | Qt::AlignTop), wordsOfClock(m_to, m_utc));
}

void CurveChart::paintCurve(QPainter &painter, const Curve &curve, const QColor &color, const QRectF &plot,
                            double top) const
{
    const int place = int(&curve - m_curves.constData());
    QList<QPolygonF> lines;
    QPolygonF now;
    for (const auto &[instant, value] : curve.points) {
        if (std::isnan(value)) {
            if (!now.isEmpty())
                lines.append(std::exchange(now, {}));
        } else if (instant >= m_from && instant <= m_to) {
            now.append(at(instant, value, plot, top));
        }
    }
    if (!now.isEmpty())
        lines.append(now);
    for (const QPolygonF &line : std::as_const(lines)) {
        if (m_curves.size() == 1) {
            QPolygonF area = line;
            area.append(QPointF(line.last().x(), plot.bottom()));
            area.prepend(QPointF(line.first().x(), plot.bottom()));
            QColor fill = color;
            fill.setAlphaF(0.12F);
            painter.setPen(Qt::NoPen);
            painter.setBrush(fill);
            painter.drawPolygon(area);
        }
        painter.setBrush(Qt::NoBrush);
        painter.setPen(penOf(place, color, curve.tint.has_value()));
        if (line.size() > 1)
            painter.drawPolyline(line);
        else
            painter.drawPoint(line.first());
    }
    if (lines.isEmpty() || m_curves.size() < 2 || curve.name.isEmpty())
        return;
    painter.setFont(m_look.font(FontUse::Caption));
    painter.setPen(color);
    const QPointF end = lines.last().last();
    painter.drawText(QRectF(plot.left(), end.y() - m_look.scaled(17), plot.width() - 2, m_look.scaled(16)),
                     int(Qt::AlignRight | Qt::AlignBottom), curve.name);
}

void CurveChart::paintLimit(QPainter &painter, const QRectF &plot, double top) const
{
    if (!m_limit)
        return;
    const qreal y = std::round(plot.bottom() - plot.height() * *m_limit / top) + 0.5;
    QPen dashed(m_look.color(Tint::Failed), 1);
    dashed.setDashPattern({4, 3});
    painter.setPen(dashed);
    painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
    painter.setFont(m_look.font(FontUse::Caption));
    painter.setPen(m_look.color(Tint::Failed));
    painter.drawText(QPointF(plot.left(), y - 4), m_limitLabel);
}

void CurveChart::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (!m_title.isEmpty()) {
        const QRectF head(0, 0, width(), m_look.scaled(18));
        painter.setFont(m_look.font(FontUse::CaptionStrong));
        painter.setPen(m_look.color(Tint::Text3));
        painter.drawText(head, int(Qt::AlignLeft | Qt::AlignVCenter), m_title);
        painter.setFont(m_look.font(FontUse::Caption));
        painter.drawText(head, int(Qt::AlignRight | Qt::AlignVCenter), m_aside);
    }
    const QRectF area = plot();
    const double high = top();
    paintGrid(painter, area, high);
    for (qsizetype i = 0; i < m_curves.size(); ++i) {
        const Curve &curve = m_curves.at(i);
        paintCurve(painter, curve, curve.tint ? m_look.color(*curve.tint) : m_look.theme().series(int(i)), area, high);
    }
    paintLimit(painter, area, high);
}

bool CurveChart::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip || m_curves.isEmpty())
        return QWidget::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    const QRectF area = plot();
    const double part = std::clamp((help->pos().x() - area.left()) / std::max(1.0, area.width()), 0.0, 1.0);
    const Instant when = m_from + std::chrono::microseconds(qint64(part * double((m_to - m_from).count())));
    QStringList lines {wordsOfMoment(when, m_utc)};
    for (const Curve &curve : std::as_const(m_curves)) {
        const auto next = std::ranges::lower_bound(curve.points, when, {}, [](const auto &point) { return point.first; });
        if (next != curve.points.cend() && !std::isnan(next->second))
            lines.append(u"%1 %2"_s.arg(curve.name, said(next->second)).trimmed());
    }
    QToolTip::showText(help->globalPos(), lines.join(u'\n'), this);
    return true;
}

} // namespace Drover
