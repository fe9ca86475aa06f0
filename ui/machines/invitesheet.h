#pragma once

#include "backend/protocol/machinerequests.h"
#include "ui/widgets/desk.h"
#include "ui/widgets/sheetcontent.h"

QT_FORWARD_DECLARE_CLASS(QLineEdit)
QT_FORWARD_DECLARE_CLASS(QSpinBox)

namespace Drover {

class CommandWell;

/// Makes the one line that is typed on another machine to let it join.
class InviteSheet : public SheetContent
{
    Q_OBJECT

public:
    explicit InviteSheet(Desk &desk, QWidget *parent = nullptr);

signals:
    void copyAsked(const QString &line);

private:
    void make();
    void onMade(const Result<Invitation> &invitation);

    Desk &m_desk;
    QLineEdit *m_name;
    QLineEdit *m_pools;
    QSpinBox *m_slots;
    QPushButton *m_make;
    CommandWell *m_line;
};

} // namespace Drover
