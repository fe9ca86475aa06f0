#pragma once

#include <QtWidgets/QWidget>

QT_FORWARD_DECLARE_CLASS(QGridLayout)
QT_FORWARD_DECLARE_CLASS(QLabel)

namespace Drover {

class Look;

/// What is known of one thing, as words beside each other: key in text3, value in text1 that can be
/// selected; a value can be a link. Values are plain text, whatever they hold.
class KeyValueGrid : public QWidget
{
    Q_OBJECT

public:
    struct Row
    {
        QString key;
        QString value; ///< empty: the row is left out
        QString aside = {}; ///< after the value, text3
        QString link = {}; ///< what `linkActivated` tells; empty: no link
        QString tip = {};
        bool mono = false;
        friend bool operator==(const Row &, const Row &) = default;
    };

    explicit KeyValueGrid(const Look &look, QWidget *parent = nullptr);

    /// In place where the rows are the same ones: a selection of text survives.
    void setRows(const QList<Row> &rows);
    QString valueOf(const QString &key) const;

signals:
    void linkActivated(const QString &link);

private:
    void build();
    void fill(QLabel *label, const Row &row) const;

    const Look &m_look;
    QGridLayout *m_grid;
    QList<Row> m_rows;
    QList<QLabel *> m_values;
};

} // namespace Drover
