#pragma once

#include "ui/shell/palettesearch.h"

#include <QtCore/QPointer>
#include <QtWidgets/QWidget>

QT_FORWARD_DECLARE_CLASS(QLabel)
QT_FORWARD_DECLARE_CLASS(QLineEdit)
QT_FORWARD_DECLARE_CLASS(QListView)
QT_FORWARD_DECLARE_CLASS(QStandardItemModel)

namespace Drover {

class Look;

/// Ctrl+K: everything that can be done and gone to, by typing. `>` before the words: actions alone,
/// `#`: ids, `@`: machines. What cannot be done now is shown with the reason, and does nothing. GUI thread.
class CommandPalette : public QWidget
{
    Q_OBJECT

public:
    CommandPalette(const Look &look, QWidget *window);

    /// What there is, for what was typed; asked at each key, must be quick.
    using Source = std::function<QList<PaletteEntry>(const QString &typed)>;
    /// `about` is what actions would be on ("tide-ens/m12"); may be empty.
    void open(Source source, const QString &about);
    void dismiss();
    bool isOpen() const { return isVisible(); }

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;

private:
    void search();
    void move(int step);
    void run(bool newTab);
    void place();
    void applyLook();
    QRect card() const;

    const Look &m_look;
    Source m_source;
    QString m_about;
    QLineEdit *m_edit;
    QListView *m_list;
    QStandardItemModel *m_model;
    QLabel *m_keys;
    QList<PaletteEntry> m_found;
    QPointer<QWidget> m_focusBefore;
};

} // namespace Drover
