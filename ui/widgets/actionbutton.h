#pragma once

#include <QtWidgets/QPushButton>

namespace Drover {

class Action;
class Look;

/// An action as a button in a line over a table: its text and icon, enabled when it can be run, its
/// tooltip says why not. GUI thread; both outlive it.
class ActionButton : public QPushButton
{
    Q_OBJECT

public:
    ActionButton(const Look &look, Action &action, QWidget *parent = nullptr);

    /// Other words than the action's: "Retry 31 failed".
    void setWords(const QString &words);

private:
    void follow();

    const Look &m_look;
    Action &m_action;
    QString m_words;
};

} // namespace Drover
