#pragma once

#include <QtWidgets/QWidget>

namespace Drover {

class LogDocument;
class LogSearch;
class LogView;
class Look;

/// The lane of marks beside the scroll bar: where warnings and errors are (right half), and hits
/// (left half), over the whole log. A click goes there. GUI thread.
class LogLane : public QWidget
{
    Q_OBJECT

public:
    LogLane(const LogDocument &document, const LogSearch &search, const Look &look, LogView *view);

signals:
    void wanted(qint64 offset);

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    bool event(QEvent *event) override;

private:
    int yOf(qint64 offset) const;

    const LogDocument &m_document;
    const LogSearch &m_search;
    const Look &m_look;
    LogView *m_view;
};

} // namespace Drover
