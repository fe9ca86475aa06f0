#pragma once

namespace Drover {

class ActionRegistry;
class Connection;
class ConsoleState;
class Look;
class Mirror;
class Notices;

/// What everything that belongs to one server is given: how to draw, what can be done, the server
/// and what is known of it, how to tell the person. All outlive whoever holds a Desk. GUI thread.
struct Desk
{
    Look &look;
    ActionRegistry &actions;
    Connection &connection;
    Mirror &mirror;
    ConsoleState &state; ///< what is kept on this computer for this profile
    Notices &notices;
};

} // namespace Drover
