#pragma once

#include <QtWidgets/QAbstractButton>

namespace Drover {

class Look;

/// "37 rows would move  F5": floats over a table whose order is frozen; look.md, Order pill. With its
/// shadow around it, which is part of its size.
class OrderPill : public QAbstractButton
{
    Q_OBJECT

public:
    OrderPill(const Look &look, QWidget *parent);

    /// Rows that would come, go or move; `many`: too many to count them. 0 and not many: hidden.
    void setNews(qint64 rows, bool many);
    bool hasNews() const { return m_has; }
    QSize sizeHint() const override;
    static int margin(); ///< of the shadow

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString key() const;

    const Look &m_look;
    bool m_has = false;
};

} // namespace Drover
