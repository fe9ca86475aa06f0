#pragma once

#include "ui/submit/droppedfiles.h"

#include <QtWidgets/QWidget>

QT_FORWARD_DECLARE_CLASS(QCheckBox)
QT_FORWARD_DECLARE_CLASS(QLabel)
QT_FORWARD_DECLARE_CLASS(QPushButton)

namespace Drover {

class Look;

/// Which files go in: "11 files from october-scenes; 918 MB, read only." Takes drops, and has a button for
/// the keyboard. Files are read, and never moved or changed.
class FilesCard : public QWidget
{
    Q_OBJECT

public:
    explicit FilesCard(Look &look, QWidget *parent = nullptr);

    void setFiles(const QList<DroppedFile> &files);
    bool sendsFiles() const;

signals:
    void pathsGiven(const QStringList &paths);
    void cleared();
    void sendsFilesChanged();

protected:
    void paintEvent(QPaintEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    void choose();

    Look &m_look;
    QLabel *m_title;
    QLabel *m_words;
    QCheckBox *m_send;
    QPushButton *m_clear;
};

} // namespace Drover
