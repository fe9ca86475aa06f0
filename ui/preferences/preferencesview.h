#pragma once

#include "ui/shell/view.h"
#include "ui/shell/viewkind.h"

QT_FORWARD_DECLARE_CLASS(QFormLayout)
QT_FORWARD_DECLARE_CLASS(QVBoxLayout)

namespace Drover {

/// What a person chooses: how it looks, keys, what is told, the colour of this server. Every choice acts
/// at once; there is no button to save.
class PreferencesView : public View
{
    Q_OBJECT

public:
    explicit PreferencesView(Shell &shell);

    QString title() const override;
    QString iconName() const override;

private:
    QFormLayout *addGroup(QVBoxLayout &column, const QString &title);
    void addLook(QVBoxLayout &column);
    void addServer(QVBoxLayout &column);
    void addNotifications(QVBoxLayout &column);
    void addKeys(QVBoxLayout &column);
};

ViewKind preferencesKind();

} // namespace Drover
