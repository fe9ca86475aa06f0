#pragma once

#include "ui/log/logview.h"

QT_FORWARD_DECLARE_CLASS(QPainter)

namespace Drover {

enum class Tint;

/// Paints what is in sight of a log; look.md, Log. Lives for one paint.
class LogPainter
{
public:
    LogPainter(LogView &view, QPainter &painter);

    void paint();

    static QString gapText(const LogRow &row); ///< "412 MB not kept"

private:
    void paintRow(const LogView::Placed &placed);
    void paintGap(const LogView::Placed &placed);
    void paintMissing(int y);
    void paintGutter(const LogView::Placed &placed);
    void paintHead(const LogView::Placed &placed, const LogLine &line);
    void paintText(const LogView::Placed &placed, const LogLine &line, int part);
    void paintRange(const LogView::Placed &placed, const LogLine &line, int part, qint64 begin, qint64 end, Tint tint, bool isFramed);
    void paintRun(const LogLine &line, qsizetype from, qsizetype to, qsizetype firstColumn, int y, const LogStyle &style);
    QColor textColor() const;

    LogView &m_view;
    QPainter &m_painter;
    const Look &m_look;
    LineLevel m_level = LineLevel::None; // of the row that is painted
};

} // namespace Drover
