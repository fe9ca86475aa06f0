#pragma once

#include "ui/widgets/notices.h"
#include "ui/widgets/sheetcontent.h"

QT_FORWARD_DECLARE_CLASS(QLineEdit)

namespace Drover {

/// Before something that cannot be taken back, or touches much. Enter confirms only what can be taken
/// back; where a count must be typed, the button waits for it.
class QuestionSheet : public SheetContent
{
    Q_OBJECT

public:
    QuestionSheet(Look &look, const Question &question);

signals:
    void confirmed();

private:
    QLineEdit *m_count = nullptr;
};

/// One line of text, with what is wrong of it below.
class TextSheet : public SheetContent
{
    Q_OBJECT

public:
    TextSheet(Look &look, const QString &title, const QString &label, const QString &initial,
              std::function<QString(const QString &)> problem);

signals:
    void entered(const QString &text);
};

/// What did not work out, thing by thing.
class ResultSheet : public SheetContent
{
    Q_OBJECT

public:
    ResultSheet(Look &look, const QString &title, const QList<std::pair<QString, QString>> &failures, bool canRetry);

signals:
    void againAsked();
};

} // namespace Drover
