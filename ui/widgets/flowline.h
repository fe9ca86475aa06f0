#pragma once

#include <QtWidgets/QWidget>

QT_FORWARD_DECLARE_CLASS(QHBoxLayout)
QT_FORWARD_DECLARE_CLASS(QToolButton)

namespace Drover {

class Chip;
class Look;

/// The line above a table: chips at left, buttons at right. When it gets narrow the words of chips
/// go, then the last chips into "+3".
class FlowLine : public QWidget
{
    Q_OBJECT

public:
    explicit FlowLine(const Look &look, QWidget *parent = nullptr);

    /// The line takes it. One that is hidden for having nothing to say is left out.
    void addChip(Chip *chip);
    void setWanted(Chip *chip, bool wanted);
    void addButton(QWidget *button); ///< at right, from left to right
    const QList<Chip *> &chips() const { return m_chips; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    /// After counts or words have changed.
    void arrange();

protected:
    void resizeEvent(QResizeEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    int room() const;
    void openFolded();

    const Look &m_look;
    QList<Chip *> m_chips;
    QSet<Chip *> m_unwanted;
    QWidget *m_right;
    QHBoxLayout *m_buttons;
    QToolButton *m_more;
    QList<Chip *> m_folded;
};

} // namespace Drover
