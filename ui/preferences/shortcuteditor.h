#pragma once

#include <QtWidgets/QWidget>

QT_FORWARD_DECLARE_CLASS(QLabel)
QT_FORWARD_DECLARE_CLASS(QTableView)

namespace Drover {

class ActionRegistry;
class Look;
class ShortcutModel;

/// The table of keys, with a search and what conflicts.
class ShortcutEditor : public QWidget
{
    Q_OBJECT

public:
    ShortcutEditor(Look &look, ActionRegistry &actions, QWidget *parent = nullptr);

private:
    void sayConflict();
    void applyLook();

    Look &m_look;
    ShortcutModel *m_model;
    QTableView *m_table;
    QLabel *m_conflict;
};

} // namespace Drover
