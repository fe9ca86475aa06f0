#pragma once

#include "app/work/objectlink.h"

#include <QtCore/QStringList>

#include <functional>

namespace Drover {

class ActionRegistry;
class Mirror;
class Shell;
class View;

/// Where a view stands.
enum class Place {
    Rail, ///< an item of the rail, one tab
    RailFoot,
    RightDock, ///< follows the current object
    BottomDock,
    Tab, ///< opened by links alone
    Sheet, ///< opened by links alone, over the window, 940 wide
};

/// The number beside a rail item. Trouble has a shape and a colour of its own.
struct Badge
{
    QString text;
    bool trouble = false;
};

/// A view as the shell knows it; each view's folder has one function that makes its own, and
/// ui/views.cpp lists them in the order of the rail.
struct ViewKind
{
    QString id; ///< "tasks": stored; never renamed
    QString title; ///< translated
    QString icon;
    Place place = Place::Rail;
    QStringList opens; ///< kinds of ObjectLink it shows, with a part as "task/log"
    std::function<View *(Shell &shell, const ObjectLink &object)> create;
    std::function<void(ActionRegistry &actions)> registerActions = {};
    std::function<Badge(const Mirror &mirror)> badge = {};
    bool countsTasks = false; ///< its filter is over tasks: saved views of it show how many match
};

} // namespace Drover
