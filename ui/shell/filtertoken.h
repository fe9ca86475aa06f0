#pragma once

#include <QtWidgets/QAbstractButton>

namespace Drover {

class Look;

/// One conjunct of the filter: field, value, a cross. Pressing it takes it up for editing, its cross
/// takes it away; selected it waits for Backspace.
class FilterToken : public QAbstractButton
{
    Q_OBJECT

public:
    /// `text` as the grammar prints it; shown as "state: failed" where it is one comparison.
    FilterToken(const Look &look, const QString &text, QWidget *parent = nullptr);

    const QString &filter() const { return m_filter; }
    bool isSelected() const { return m_selected; }
    void setSelected(bool selected);

    QSize sizeHint() const override;

signals:
    void removed();

protected:
    void paintEvent(QPaintEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;

private:
    const Look &m_look;
    QString m_filter;
    QString m_field; ///< with its sign, "state:"
    QString m_value;
    bool m_selected = false;
};

/// The two halves a token shows; the first is empty where the text is no single comparison.
std::pair<QString, QString> tokenParts(const QString &filter);

} // namespace Drover
