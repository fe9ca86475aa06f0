#pragma once

#include <QtWidgets/QWidget>

QT_FORWARD_DECLARE_CLASS(QLabel)
QT_FORWARD_DECLARE_CLASS(QHBoxLayout)
QT_FORWARD_DECLARE_CLASS(QPushButton)
QT_FORWARD_DECLARE_CLASS(QVBoxLayout)

namespace Drover {

class Look;

/// What a sheet over the window holds (look.md, Dialogs): a title, what is at the right of it (to which
/// server this goes), a body, and a footer that says at left what will happen and has the buttons at
/// right. Given to `Shell::showSheet`, which puts the card and the scrim around it.
class SheetContent : public QWidget
{
    Q_OBJECT

public:
    SheetContent(Look &look, const QString &title, QWidget *parent = nullptr);

    QString title() const;
    void setTitle(const QString &title);
    /// At the right of the title.
    void setAside(QWidget *aside);
    /// Where the body goes; spaced and padded. `bodyMargin` 0 for a table from edge to edge.
    QVBoxLayout *body() const { return m_body; }
    void setBodyMargin(int margin);
    /// What will happen: "Starts at once on 9 free slots".
    void setOutlook(const QString &text);

    enum class Kind { Plain, Primary, Destructive };
    /// From left to right; the primary one answers Enter, unless that is switched off.
    QPushButton *addButton(const QString &text, Kind kind = Kind::Plain);
    void setEnterConfirms(bool confirms) { m_enterConfirms = confirms; }
    /// "Cancel", or "Close": closes the sheet, as Esc does.
    QPushButton *addClosing(const QString &text);

signals:
    void closed(); ///< a closing button was pressed; whoever shows it takes it away

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void applyLook();

    Look &m_look;
    QLabel *m_title;
    QHBoxLayout *m_head;
    QVBoxLayout *m_body;
    QWidget *m_footer;
    QLabel *m_outlook;
    QHBoxLayout *m_buttons;
    QPushButton *m_primary = nullptr;
    bool m_enterConfirms = true;
};

} // namespace Drover
