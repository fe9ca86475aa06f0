#include "ui/log/loglane.h"

#include "ui/log/logview.h"
#include "ui/widgets/look.h"

#include <QtGui/QHelpEvent>
#include <QtGui/QMouseEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QToolTip>

#include <algorithm>
#include <vector>

namespace Drover {

namespace {

constexpr int markHeight = 2;

} // namespace

LogLane::LogLane(const LogDocument &document, const LogSearch &search, const Look &look, LogView *view)
    : QWidget(view), m_document(document), m_search(search), m_look(look), m_view(view)
{
    setObjectName(QStringLiteral("logLane"));
    setAccessibleName(tr("Marks of warnings, errors and hits"));
    connect(&search, &LogSearch::changed, this, qOverload<>(&QWidget::update));
    connect(&look, &Look::changed, this, qOverload<>(&QWidget::update));
}

int LogLane::yOf(qint64 offset) const
{
    const qint64 size = std::max<qint64>(1, m_document.size());
    return int(double(offset) / double(size) * (height() - markHeight));
}

void LogLane::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), m_look.color(Tint::Surface));
    painter.fillRect(QRect(0, 0, 1, height()), m_look.color(Tint::Border));
    if (m_document.size() == 0)
        return;
    // Each pixel is painted once, however many blocks or hits fall on it.
    std::vector<char> levels(size_t(height()) + 1, 0);
    std::vector<char> hits(size_t(height()) + 1, 0);
    const auto &figures = m_document.figures();
    for (size_t i = 0; i < figures.size(); ++i) {
        char &level = levels[size_t(yOf(qint64(i) * LogDocument::blockSize))];
        level = std::max(level, char(figures[i].errors > 0 ? 2 : figures[i].warnings > 0 ? 1 : 0));
    }
    for (const LogHit &hit : m_search.hits())
        hits[size_t(yOf(hit.offset))] = 1;
    const int half = width() / 2;
    const auto mark = [&](int x, int y, int markWidth, Tint tint) {
        painter.fillRect(QRect(x, y, markWidth, markHeight), m_look.color(tint));
    };
    for (const qint64 each : m_view->bookmarks())
        mark(2, yOf(each), half - 3, Tint::Accent);
    for (int y = 0; y < height(); ++y) {
        if (hits[size_t(y)])
            mark(2, y, half - 3, Tint::DiffChgText);
        if (levels[size_t(y)] == 1)
            mark(half + 1, y, half - 3, Tint::LogWarn);
    }
    for (int y = 0; y < height(); ++y) {
        if (levels[size_t(y)] == 2)
            mark(half + 1, y, half - 3, Tint::LogError);
    }
}

void LogLane::mousePressEvent(QMouseEvent *event)
{
    emit wanted(qint64(event->position().y() / std::max(1, height()) * double(m_document.size())));
}

bool LogLane::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        QToolTip::showText(static_cast<QHelpEvent *>(event)->globalPos(), tr("Warnings and errors at the right, hits at the left"), this);
        return true;
    }
    return QWidget::event(event);
}

} // namespace Drover
