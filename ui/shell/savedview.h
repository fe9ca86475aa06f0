#pragma once

#include <QtCore/QJsonObject>
#include <QtCore/QString>

namespace Drover {

/// A view with its filter, sort and columns, under a name. Kept on this computer, by profile.
struct SavedView
{
    QString name;
    QString view; ///< "tasks"
    QString filter;
    QJsonObject state; ///< as View::saved() gave it
};

} // namespace Drover
