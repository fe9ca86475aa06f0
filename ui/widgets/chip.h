#pragma once

#include "ui/widgets/theme.h"

#include <QtWidgets/QAbstractButton>

namespace Drover {

class Look;

/// A pill with a shape, a count and a word that can be on: "214 failed". To a screen reader a check
/// box. Live counts change in place: its width only grows.
class Chip : public QAbstractButton
{
    Q_OBJECT

public:
    Chip(const Look &look, const QString &icon, Tint tint, const QString &word, QWidget *parent = nullptr);

    void setCount(qint64 count); ///< -1: without a count
    qint64 count() const { return m_count; }
    /// Goes first when it gets narrow; the shape never goes, and the word is in the tooltip then.
    void setWordShown(bool shown);
    const QString &word() const { return m_word; }
    int widthWith(bool word) const;

    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void nextCheckState() override;

private:
    void describe();
    QString countText() const;

    const Look &m_look;
    QString m_icon;
    Tint m_tint;
    QString m_word;
    qint64 m_count = -1;
    bool m_wordShown = true;
};

} // namespace Drover
