#pragma once

#include "backend/protocol/user.h"

#include <QtGui/QAction>
#include <QtGui/QKeySequence>

#include <optional>

namespace Drover {

/// Can what an action did be taken back?
enum class Reversible { Yes, No, ChangesNothing };

/// Where a shortcut is heard: everywhere in the window, or only while a table has the focus, so that
/// single letters never act while one types.
enum class ShortcutScope { Window, Table };

/// What an action is, said once; menus, tool bars, the palette, the shortcut editor, audit and
/// accessible names are all made from it.
struct ActionSpec
{
    QString id; ///< "task.retry": stored in shortcuts; never renamed
    QString text; ///< translated, sentence case
    QString icon; ///< of resources/icons; empty: none
    QString section; ///< of the palette and the shortcut editor: "Tasks"
    QKeySequence shortcut;
    std::optional<Level> needs; ///< access level; none: anybody
    Reversible reversible = Reversible::ChangesNothing;
    ShortcutScope scope = ShortcutScope::Window;
    QString words; ///< for the tooltip: what it does, one sentence
};

/// A command of the console. One that cannot be used now stays visible and says why.
class Action : public QAction
{
    Q_OBJECT

public:
    explicit Action(ActionSpec spec, QObject *parent);

    const QString &id() const { return m_spec.id; }
    const ActionSpec &spec() const { return m_spec; }
    bool needsLevel() const { return m_spec.needs.has_value(); }

    /// Empty: it can be used. Else it is disabled, and tooltip and status tip say this.
    void setBlocked(const QString &reason);
    const QString &blockedBy() const { return m_blocked; }

    /// What the editor of shortcuts sets; the spec keeps the default.
    void setShortcutText(const QString &portable);

private:
    void describe();

    ActionSpec m_spec;
    QString m_blocked;
};

} // namespace Drover
